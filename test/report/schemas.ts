import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { closeSchema } from '../../src/core/strict-schema.ts';
import type { EventBody } from '../../src/core/event.ts';
import type { JsonObject } from '../../src/core/json.ts';

/**
 * The schemas of plans and events. The published ones are open: they accept unknown fields. Tests use the closed form, so
 * that nothing is printed that is not documented.
 */

const load = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../schemas/${name}`, import.meta.url), 'utf8')) as JsonObject;

/** Checks plans and events. */
function validators(prepare: (schema: JsonObject) => JsonObject) {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  const plan = ajv.compile(prepare(load('plan.schema.json')));
  return { plan, event: ajv.compile(prepare(load('event.schema.json'))) };
}

const closed = validators(closeSchema);
const open = validators((schema) => schema);

/** What is wrong with a plan as JSON; empty where it fits the closed schema. */
export function planErrors(plan: unknown): readonly string[] {
  return closed.plan(plan) ? [] : messages(closed.plan.errors);
}

/** What is wrong with an event as JSON, as a line of `--json` holds it. */
export function eventErrors(event: unknown): readonly string[] {
  return closed.event(event) ? [] : messages(closed.event.errors);
}

/** Whether a consumer that checks with the published schemas accepts a plan or an event. */
export const accepts = {
  plan: (plan: unknown): boolean => open.plan(plan),
  event: (event: unknown): boolean => open.event(event),
};

/** What is wrong with events as the engine emits them, before they are lines of JSON. */
export function bodyErrors(bodies: readonly EventBody[]): readonly string[] {
  const line = (body: EventBody, seq: number): unknown =>
    JSON.parse(JSON.stringify({ time: '2026-11-21T12:03:07.250Z', seq, at: 0, ...body }));
  return bodies.flatMap((body, seq) =>
    eventErrors(line(body, seq)).map((error) => `${JSON.stringify(body)}: ${error}`),
  );
}

/** The events of an NDJSON text. Throws where a line is not an event of the closed schema, or `seq` has a gap. */
export function parseEvents(text: string): readonly Record<string, unknown>[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line, index) => {
    const event = JSON.parse(line) as Record<string, unknown>;
    const errors = eventErrors(event);
    if (errors.length > 0) throw new Error(`line ${index + 1}: ${errors.join('; ')}\n${line}`);
    if (event['seq'] !== index) throw new Error(`line ${index + 1}: seq is ${String(event['seq'])}`);
    return event;
  });
}

function messages(errors: readonly { instancePath: string; message?: string }[] | null | undefined) {
  return (errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? ''}`);
}
