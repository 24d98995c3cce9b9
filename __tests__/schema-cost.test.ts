import Ajv from 'ajv'
import { createAllvAgentApi, createToolProvider, defineTool } from 'allv-mcp'
import { createSchemaValidator } from '../lib/foundation/json-schema/schema-validator.js'
import { createWorld } from './support/world.js'

const cache = createSchemaValidator()
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
    { path: '/list', message: 'must be equal to one of the allowed values: "a"' },
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
it.each(heavy)('checks a long list in time: %s', (_, schema, list) => {
  expect(fits(schema, list)).toEqual([true, true])
})

/** None of these fits, and each item leaves a problem behind: kept one list for each item, they would take minutes. */
const refused: readonly (readonly [string, object, unknown[]])[] = [
  ['no item is of the enum', { contains: { enum: ['a', 'b'] } }, many((i) => `text ${i}`)],
  ['no item is an object of the enum', { contains: { enum: [{ a: 1 }, { b: 1 }] } }, many((i) => ({ i }))],
  ['no list has different items', { contains: { uniqueItems: true } }, many((i) => [i, i])],
]
it.each(refused)('checks in time a list in which %s', (_, schema, list) => {
  expect(fits(schema, [...list, ...list, ...list, ...list])).toEqual([false, false])
})

it('lets no other caller wait for the check of a list', async () => {
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

const evil = `${'a'.repeat(40)}!`
const long = 'a'.repeat(200_000)
const endless: readonly (readonly [string, string, string])[] = [
  ['a repeated repeat', '^(a+)+$', evil],
  ['a repeated choice', '^(a|aa)+$', `${'a'.repeat(80)}!`],
  ['a counted repeat', '^(a{1,20}){1,20}$', `${'a'.repeat(100)}!`],
  ['a repeat in groups', '^((?:a)*)*b', evil.repeat(2)],
  ['three repeats', '^a*a*a*a*a*b', 'a'.repeat(3000)],
  ['a search for the end', 'a+$', `${long}!`],
  ['spaces before the end', '\\s+$', `${' '.repeat(200_000)}x`],
  ['a reference back', '^(a+)\\1+\\1+\\1+b$', 'a'.repeat(5000)],
  ['a choice that searches', 'x|a+$', `${long}!`],
]
it.each(endless)('ends the check of a pattern that would not end: %s', (_, pattern, text) => {
  for (const dialect of dialects) {
    const check = cache.compile(holder({ pattern }, dialect) as never)
    expect(check({ list: text })).toEqual([{ path: '', message: expect.stringContaining('too long') }])
    const names = { patternProperties: { [pattern]: { type: 'string' } } }
    expect(cache.compile(holder(names, dialect) as never)({ list: { [text]: 1 } })).toHaveLength(1)
  }
})

it('ends the check of alternatives that refer to themselves', () => {
  const branch = { properties: { a: { $ref: '#/$defs/node' } } }
  const schema = {
    type: 'object',
    $defs: { node: { oneOf: [branch, branch] } },
    properties: { a: { $ref: '#/$defs/node' } },
  }
  const deep = JSON.parse(`${'{"a":'.repeat(40)}{}${'}'.repeat(40)}`)
  expect(cache.compile(schema as never)(deep)).toEqual([
    { path: '', message: expect.stringContaining('too long') },
  ])
})

const nested = JSON.parse(`${'{"a":'.repeat(40)}{}${'}'.repeat(40)}`)
it.each([
  [
    'a name and a pattern of names',
    { properties: { a: { $ref: '#' } }, patternProperties: { '^a': { $ref: '#' } } },
  ],
  [
    'a name and the rest',
    { properties: { a: { $ref: '#' } }, dependentSchemas: { a: { properties: { a: { $ref: '#' } } } } },
  ],
  [
    'a name and its denial',
    { properties: { a: { $ref: '#' } }, not: { not: { properties: { a: { $ref: '#' } } } } },
  ],
])('ends the check of a schema that refers to itself in two ways: %s', (_, schema) => {
  expect(cache.compile({ type: 'object', ...schema } as never)(nested)).toEqual([
    { path: '', message: expect.stringContaining('too long') },
  ])
})

const consts = Array.from({ length: 600 }, (_, i) => ({ const: i }))
const endlessLists: readonly (readonly [string, object, unknown])[] = [
  ['one of many', { items: { oneOf: consts } }, 599],
  ['any of many', { items: { anyOf: consts } }, 599],
  ['any of many in lists', { items: { items: { anyOf: consts } } }, [599]],
  ['a reference that no item fits', { contains: { $ref: '#/$defs/leaf' } }, 599],
]
it.each(endlessLists)('ends the check of a long list against %s', (_, schema, item) => {
  const leaf = { type: 'object', properties: { a: { $ref: '#/$defs/leaf' } }, required: ['a'] }
  const check = cache.compile({ ...holder(schema, {}), $defs: { leaf } } as never)
  expect(check({ list: Array.from({ length: 300_000 }, () => item) })).toEqual([
    { path: '', message: expect.stringContaining('too long') },
  ])
  expect(check({ list: [item] })).toHaveLength('contains' in schema ? 2 : 0)
})

it('accepts a long list that fits one of a few alternatives', () => {
  const schema = { items: { anyOf: [{ type: 'string' }, { type: 'number' }, { const: null }] } }
  expect(
    fits(
      schema,
      many((i) => [i, `${i}`, null][i % 3]),
    ),
  ).toEqual([true, true])
})

it.each([
  ['^[a-z]+$', long, true],
  ['^[a-z]+$', `${long}!`, false],
  ['^(a+)+$', long, true],
  ['^(a+)+$', 'a!', false],
  ['^[^@ ]+@[^@ ]+[.][a-z]+$', 'maria.with.a.long.name@acme.example.test', true],
  ['^[^@ ]+@[^@ ]+[.][a-z]+$', 'maria.with.a.long.name.at.acme.example.test', false],
  ['^([a-z]+-)*[a-z]+$', 'a-rather-long-slug-of-many-words', true],
  ['^([a-z]+-)*[a-z]+$', 'a-rather-long-slug-of-many-words-', false],
])('answers as usual if the check ends in time: %s', (pattern, text, fit) => {
  expect(fits({ pattern }, text)).toEqual([fit, fit])
})

it('answers a caller whose text would block the process, and continues', async () => {
  const input = { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } } as const
  const { list, call } = createToolProvider([
    defineTool({ name: 'pattern.raw', description: 'Takes letters', input, run: async () => 'fine' }),
  ])
  const world = createWorld({ adapt: () => ({ tools: { list, call } }) })
  const seat = { workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' }
  const agent = await createAllvAgentApi(world.options).asMember(seat)
  await expect(agent.callTool('pattern.raw', { a: evil })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENTS',
  })
  await expect(agent.callTool('pattern.raw', { a: 1 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENTS' })
  expect(world.failures).toEqual([])
})
