import { describe, expect, it } from 'vitest';
import { closeSchema } from '../../src/core/strict-schema.ts';

describe('closeSchema', () => {
  it('closes objects that list their fields, on every level', () => {
    const inner = { type: 'object', properties: { a: { type: 'string' } } };
    const closed = { ...inner, additionalProperties: false };
    expect(
      closeSchema({
        properties: {
          one: inner,
          all: { type: 'array', items: inner },
          maybe: { anyOf: [inner, { type: 'null' }] },
        },
        $defs: { other: inner, byName: { type: 'object', additionalProperties: inner } },
      }),
    ).toEqual({
      properties: {
        one: closed,
        all: { type: 'array', items: closed },
        maybe: { anyOf: [closed, { type: 'null' }] },
      },
      $defs: { other: closed, byName: { type: 'object', additionalProperties: closed } },
      additionalProperties: false,
    });
  });

  it('leaves objects open that list no fields, or that say what other fields may be', () => {
    const schema = { type: 'object' };
    expect(closeSchema(schema)).toEqual(schema);
    const open = { properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } };
    expect(closeSchema(open)).toEqual(open);
  });

  it('lets an object have the fields of the alternative that fits', () => {
    const alternative = { properties: { kind: { const: 'x' }, more: { type: 'string' } } };
    expect(closeSchema({ properties: { kind: { type: 'string' } }, oneOf: [alternative] })).toEqual({
      properties: { kind: { type: 'string' } },
      oneOf: [alternative],
      unevaluatedProperties: false,
    });
  });
});
