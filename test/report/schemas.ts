import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { EventBody } from '../../src/core/event.ts';

const load = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../schemas/${name}`, import.meta.url), 'utf8')) as object;

const ajv = new Ajv2020({ strict: true, allErrors: true });
ajv.addSchema(load('plan.schema.json'));
const validatePlan = ajv.getSchema('plan.schema.json');
const validateEvent = ajv.compile(load('event.schema.json'));

/** What is wrong with a plan as JSON; empty when it is as its schema says. For every test that makes one. */
export function planErrors(plan: unknown): readonly string[] {
  if (!validatePlan) throw new Error('no plan schema');
  return validatePlan(plan) === true ? [] : messages(validatePlan.errors);
}

/** What is wrong with an event as JSON, as a line of `--json` holds it. */
export function eventErrors(event: unknown): readonly string[] {
  return validateEvent(event) ? [] : messages(validateEvent.errors);
}

/** What is wrong with events as the engine emits them, before they have become lines. For every test that runs it. */
export function bodyErrors(bodies: readonly EventBody[]): readonly string[] {
  const line = (body: EventBody, seq: number): unknown =>
    JSON.parse(JSON.stringify({ time: '2026-11-21T12:03:07.250Z', seq, at: 0, ...body }));
  return bodies.flatMap((body, seq) =>
    eventErrors(line(body, seq)).map((error) => `${JSON.stringify(body)}: ${error}`),
  );
}

/** The events of an NDJSON text; throws where a line is none, or not as the schema says, or `seq` has a drift. */
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
