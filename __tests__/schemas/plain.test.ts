import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { z } from 'zod'
import { isPlainSchema } from '../../lib/foundation/json-schema/plain-schema.js'
import { compileCheck } from '../../lib/foundation/json-schema/schema-validator.js'

/** A plain schema is compiled only when a value comes, so a schema that cannot be compiled must not be taken for plain. */

const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(-1, 0, 1.5, '', 'string', [], {}, [''], ['a', 'a'], null, true, '[', '^a$', '(?<a>x)'),
)
const often = (usual: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: anything })
const types = fc.constantFrom('string', 'object', 'array', 'number', 'integer', 'boolean', 'null')
const KEYWORDS = {
  type: often(fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 3 }))),
  enum: often(fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 3 })),
  required: often(fc.uniqueArray(fc.constantFrom('a', 'b'))),
  pattern: often(fc.constantFrom('^a+$', '^[\\w-\\.]+$', '(', '\\p{L}')),
  format: often(fc.constantFrom('email', 'date-time', 'uri', 'none-that-is-known')),
  multipleOf: often(fc.constantFrom(1, 0.5, 0)),
  const: anything,
  default: anything,
  examples: often(fc.array(fc.integer())),
  $ref: fc.constantFrom('#', '#/$defs/a', 'nowhere'),
  $id: fc.constantFrom('a', 'https://json-schema.org/draft/2020-12/schema'),
  $defs: anything,
  nullable: fc.boolean(),
  unknown: anything,
  ...all(['title', 'description', '$comment'], fc.string()),
  ...all(['deprecated', 'readOnly', 'writeOnly', 'uniqueItems'], fc.boolean()),
  ...all(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'], fc.double({ noNaN: true })),
  ...all(
    ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
    fc.oneof(fc.nat(5), fc.constantFrom(-1, 1.5)),
  ),
}
const { schema } = fc.letrec<{ schema: unknown }>((tie) => {
  const part = tie('schema')
  const nested = {
    properties: often(fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), part, { maxKeys: 2 })),
    ...all(['items', 'additionalProperties', 'propertyNames'], part),
    ...all(['anyOf', 'oneOf', 'allOf'], fc.array(part, { maxLength: 2 })),
  }
  return {
    schema: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 1, arbitrary: fc.boolean() },
      { weight: 6, arbitrary: some(KEYWORDS) },
      { weight: 6, arbitrary: some({ ...KEYWORDS, ...nested }) },
    ),
  }
})

function all(names: readonly string[], usual: fc.Arbitrary<unknown>) {
  return Object.fromEntries(names.map((name) => [name, often(usual)]))
}

/** A few of the keywords. */
function some(keywords: Readonly<Record<string, fc.Arbitrary<unknown>>>) {
  return fc
    .uniqueArray(fc.constantFrom(...Object.keys(keywords)), { maxLength: 4 })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, keywords[name] ?? anything]))))
}

/** It checks schemas against the schema of the dialect too. */
const ajv = addFormats.default(
  new Ajv2020({ strict: false, logger: false, strictNumbers: true, ownProperties: true }),
)

it('takes no schema for plain that Ajv cannot compile, and checks values by a plain one as Ajv does', () => {
  let plain = 0
  fc.assert(
    fc.property(schema, fc.array(anything, { minLength: 1, maxLength: 4 }), (given, values) => {
      if (!isPlainSchema(given) || typeof given !== 'object' || given === null) return
      plain += 1
      // A pattern that only works without the flag `u` is one that Ajv by itself cannot compile.
      if (/"pattern"/.test(JSON.stringify(given))) return void compileCheck(Object.freeze({ ...given }))([])
      const oracle = ajv.compile(given)
      const check = compileCheck(Object.freeze({ ...given }))
      for (const value of values)
        expect([given, value, check(value).length === 0]).toEqual([given, value, oracle(value)])
    }),
    { numRuns: 3000 },
  )
  expect(plain).toBeGreaterThan(300)
})

it.each([
  ['a reference', { $ref: '#/$defs/a', $defs: { a: {} } }],
  ['an identifier', { $id: 'a' }],
  ['a keyword that it does not know', { 'x-mcp-header': 'a' }],
  ['a wrong type', { type: 'text' }],
  ['a type twice', { type: ['string', 'string'] }],
  ['a part of a wrong type', { properties: { a: { items: { type: 'text' } } } }],
  ['a pattern that is none', { properties: { a: { pattern: '[' } } }],
  ['an empty choice', { anyOf: [] }],
  ['a list of schemas as items', { items: [{}] }],
  ['a negative length', { minLength: -1 }],
  ['a property that Ajv skips', { properties: JSON.parse('{"__proto__":{"type":"string"}}') }],
])('does not take for plain what has %s', (_, given) => {
  expect(isPlainSchema(given)).toBe(false)
})

it('takes for plain what tools usually have', () => {
  const input = z.object({
    title: z.string().min(1).max(200).describe('What it is called.'),
    amount: z.number().min(0).optional(),
    count: z.int().positive(),
    stage: z.enum(['new', 'won']).default('new'),
    contact: z.object({ email: z.email(), at: z.iso.datetime() }).strict(),
    tags: z.array(z.string()).max(5),
    more: z.record(z.string(), z.union([z.string(), z.null()])),
  })
  const { $schema: _, ...described } = z.toJSONSchema(input, { io: 'input' })
  expect(isPlainSchema(described)).toBe(true)
})

it('checks by the schema as it was, whatever a host does to its object later', () => {
  const given = { type: 'object', required: ['a'], properties: { a: { enum: ['x'] } } }
  const check = compileCheck(given)
  given.required.push('b')
  given.properties.a.enum.push('y')
  expect(check({ a: 'x' })).toEqual([])
  expect(check({ a: 'y' })).toContainEqual({ path: '/a', message: expect.any(String) })
})
