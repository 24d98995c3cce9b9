import Ajv from 'ajv'
import { createAllvAgentApi, defineTool } from 'allv-mcp'
import { createSchemaCache } from '../lib/pipeline/schema-cache.js'
import { createWorld } from './support/world.js'

const cache = createSchemaCache()
const theirs = new Ajv.default({ strict: false })
const DRAFT_7 = 'http://json-schema.org/draft-07/schema#'
const dialects: readonly object[] = [{}, { $schema: DRAFT_7 }]
const holder = (schema: object, dialect: object) => ({
  ...dialect,
  type: 'object',
  properties: { list: schema },
})
const fits = (schema: object, list: unknown) =>
  dialects.map((dialect) => cache.compile(holder(schema, dialect) as never)({ list }).length === 0)

const values: readonly unknown[] = [
  0,
  -0,
  1,
  1.5,
  1e300,
  '',
  '0',
  '1',
  'a',
  'true',
  'null',
  '{}',
  '[]',
  '"a"',
  true,
  false,
  null,
  {},
  [],
  [[]],
  [{}],
  { a: 1 },
  { a: 1, b: 2 },
  { b: 2, a: 1 },
  { a: { c: [1], b: 2 } },
  { a: { b: 2, c: [1] } },
  { a: '1' },
  [1, 2],
  [2, 1],
  ['1', 2],
  { '0': 1 },
  [1],
  '\ud83d',
  '\ufffd',
  '\\ud83d',
  'a\u0000',
  JSON.parse('{"__proto__":1}'),
]

it('finds two items equal exactly where JSON Schema does', () => {
  const reference = theirs.compile({ uniqueItems: true })
  for (const b of values) {
    const theirEnum = theirs.compile({ enum: [b, 'other'] })
    const differs = values.filter((a) => {
      const unique = [reference([a, b]), reference([a, b])]
      const allowed = [theirEnum(a), theirEnum(a)]
      const found = [
        fits({ uniqueItems: true }, [a, b]),
        fits({ uniqueItems: true }, ['x', a, 'y', b, 'z']),
        fits({ enum: [b, 'other'] }, a),
      ]
      return JSON.stringify(found) !== JSON.stringify([unique, unique, allowed])
    })
    expect([b, differs]).toEqual([b, []])
  }
  expect(fits({ uniqueItems: false }, [1, 1])).toEqual([true, true])
  expect(fits({ uniqueItems: true }, { length: 2, 0: 1, 1: 1 })).toEqual([true, true])
})

it('says which items are the same, and that a value is not allowed', () => {
  const problems = (schema: object, list: unknown) => cache.compile(holder(schema, {}) as never)({ list })
  expect(problems({ uniqueItems: true }, ['a', 'b', 'a'])).toEqual([
    { path: '/list', message: 'must NOT have duplicate items (items ## 0 and 2 are identical)' },
  ])
  expect(problems({ enum: ['a'] }, 'b')).toEqual([
    { path: '/list', message: 'must be equal to one of the allowed values' },
  ])
})

/** So many that, compared each with each, none of these would be done within the time of a test. */
const MANY = 50_000
const many = <T>(make: (i: number) => T): T[] => Array.from({ length: MANY }, (_, i) => make(i))
const object = { type: 'object', properties: {} }
const heavy: readonly (readonly [string, object, unknown[]])[] = [
  ['objects', { uniqueItems: true, items: object }, many((i) => ({ i }))],
  ['lists', { uniqueItems: true }, many((i) => [i])],
  ['numbers', { uniqueItems: true }, many((i) => i)],
  ['numbers far apart', { uniqueItems: true }, many((i) => i * 2 ** 20)],
  ['texts', { uniqueItems: true }, many((i) => `text ${i}`)],
  ['texts of digits', { uniqueItems: true }, many((i) => String(i))],
  ['of all kinds', { uniqueItems: true }, many((i) => [i, `${i}`, { i }, [i]][i % 4])],
  ['nested', { items: { uniqueItems: true } }, [many((i) => ({ i }))]],
  [
    'a large enum of objects',
    { items: { enum: many((i) => ({ i })).slice(0, 4000) } },
    many((i) => ({ i: i % 4000 })),
  ],
  [
    'a large enum of texts',
    { items: { enum: many((i) => `text ${i}`).slice(0, 9000) } },
    many((i) => `text ${i % 9000}`),
  ],
  [
    'contains',
    { contains: { uniqueItems: true, contains: { const: { a: 1 } } } },
    [many((i) => [i]), [{ a: 1 }]],
  ],
]
it.each(heavy)('is done with a list of many: %s', (_, schema, list) => {
  expect(fits(schema, list)).toEqual([true, true])
})

it('keeps other callers waiting for no list', async () => {
  const input = {
    type: 'object',
    properties: { tags: { type: 'array', uniqueItems: true } },
    required: ['tags'],
  } as const
  const tool = defineTool({ name: 'tags.set', description: 'Sets tags', input, run: async () => 'set' })
  const agent = await createAllvAgentApi(createWorld({ tools: [tool] }).options).asMember({
    workspaceId: 'ws_acme',
    memberId: 'mem_maria',
    via: 'test',
  })
  const tags = many((i) => ({ i }))
  expect(await agent.callTool('tags.set', { tags })).toMatchObject({ status: 'completed' })
  await expect(agent.callTool('tags.set', { tags: [...tags, { i: 1 }] })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENTS',
  })
})
