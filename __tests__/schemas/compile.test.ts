import type { JsonObject } from '../../lib/foundation/json/json.js'
import { compileCheck, createSchemaValidator } from '../../lib/foundation/json-schema/schema-validator.js'

const object = (over: object): JsonObject => ({ type: 'object', ...over })
const property = (a: object): JsonObject => object({ properties: { a: a as JsonObject } })
const parsed = (text: string): JsonObject => JSON.parse(text)
const nested = (depth: number): JsonObject =>
  depth === 0 ? {} : { type: 'object', properties: { a: nested(depth - 1) } }
const cyclic: Record<string, unknown> = { type: 'object' }
cyclic['properties'] = { a: cyclic }

const unusable: readonly [string, JsonObject, RegExp][] = [
  [
    'a $ref that leads nowhere',
    property({ $ref: '#/$defs/nope' }),
    /"#\/\$defs\/nope" leads nowhere; define/,
  ],
  ['a $ref to another document', property({ $ref: 'https://x.test/s.json' }), /leads nowhere/],
  ['a $ref to an anchor that is not there', property({ $ref: '#nope' }), /leads nowhere/],
  ['a $ref to itself', property({ $ref: '#/properties/a' }), /in a circle/],
  ['a root that is its own alternative', object({ anyOf: [{ $ref: '#' }] }), /in a circle/],
  [
    'two $refs that lead to each other',
    object({ $defs: { a: { $ref: '#/$defs/b' }, b: { allOf: [{ $ref: '#/$defs/a' }] } } }),
    /in a circle/,
  ],
  ['dialect 2019-09', object({ $schema: 'https://json-schema.org/draft/2019-09/schema' }), /use 2020-12 or/],
  ['dialect draft-04', object({ $schema: 'http://json-schema.org/draft-04/schema#' }), /use 2020-12 or/],
  ['dialect draft-06', object({ $schema: 'http://json-schema.org/draft-06/schema#' }), /use 2020-12 or/],
  ['a dialect that is no text', object({ $schema: 7 }), /use 2020-12 or draft-07/],
  ['a type that there is not', property({ type: 'strng' }), /properties\/a\/type must be .*; correct it/],
  ['a type of draft-03', property({ type: 'any' }), /type must be/],
  ['a type that is null', property({ type: null }), /type must be/],
  ['a list of no types', property({ type: [] }), /type must/],
  [
    'exclusiveMinimum of draft-04',
    property({ exclusiveMinimum: true, minimum: 1 }),
    /exclusiveMinimum must be number/,
  ],
  ['required of draft-03', property({ type: 'string', required: true }), /required must be array/],
  [
    'items of a tuple',
    property({ type: 'array', items: [{ type: 'string' }] }),
    /items must be object,boolean/,
  ],
  ['properties that are a list', object({ properties: [] }), /properties must be object/],
  ['a property that is a text', object({ properties: { a: 'string' } }), /a must be object,boolean/],
  ['an enum that is a text', property({ enum: 'a' }), /enum must be array/],
  ['a negative length', property({ minLength: -1 }), /minLength must be >= 0/],
  ['a multiple of zero', property({ multipleOf: 0 }), /multipleOf must be > 0/],
  [
    'a pattern that is none',
    property({ pattern: '(' }),
    /patterns is no regular expression of JavaScript .*; correct it/,
  ],
  [
    'a pattern of Python',
    property({ pattern: '(?P<year>\\d+)' }),
    /patterns is no regular expression of JavaScript .*; correct it/,
  ],
  [
    'a name pattern that is none',
    object({ patternProperties: { '[': {} } }),
    /patterns is no regular expression of JavaScript .*; correct it/,
  ],
  ['more than 10,000 parts', property({ allOf: Array.from({ length: 10_001 }, () => ({})) }), /too large/],
  ['65 parts inside each other', nested(40), /nested too deep/],
  ['a cycle of objects', cyclic as JsonObject, /nested too deep/],
  [
    'the $id of a dialect',
    object({ $id: 'https://json-schema.org/draft/2020-12/schema' }),
    /"\$id" is that of/,
  ],
]

describe('a schema that cannot be used', () => {
  it.each(unusable)('is refused with its reason, each time: %s', (_, schema, reason) => {
    const cache = createSchemaValidator()
    for (const compile of [compileCheck, cache.compile, cache.compile]) {
      expect(() => compile(schema)).toThrow(TypeError)
      expect(() => compile(schema)).toThrow(reason)
    }
    expect(() => cache.compile({ type: 'object' })).not.toThrow()
  })
})

const usable: readonly [string, JsonObject, readonly unknown[], readonly unknown[]][] = [
  ['a pattern that has no u', property({ pattern: '^[\\w-\\.]+$' }), [{ a: 'a-b.c' }], [{ a: 'a b' }]],
  ['a needless escape', property({ pattern: '^\\-\\_$' }), [{ a: '-_' }], [{ a: 'x' }]],
  ['a lone brace', property({ pattern: '^{a}$' }), [{ a: '{a}' }], [{ a: 'a' }]],
  ['a pattern that needs u', property({ pattern: '^\\p{L}$' }), [{ a: 'ö' }], [{ a: 'p{L}' }]],
  ['a point beyond the plane', property({ pattern: '^.$' }), [{ a: '😀' }], [{ a: '😀😀' }]],
  [
    'a name pattern that has no u',
    object({ patternProperties: { '^[\\w-\\.]+$': { type: 'number' } }, additionalProperties: false }),
    [{ 'a.b': 1 }],
    [{ 'a.b': 'x' }, { 'a b': 1 }],
  ],
  [
    'nullable beside anyOf',
    property({ nullable: true, anyOf: [{ type: 'string' }] }),
    [{ a: 'x' }],
    [{ a: 1 }],
  ],
  ['nullable alone', property({ nullable: true }), [{ a: 'x' }, { a: null }], []],
  [
    'nullable beside $ref',
    object({ properties: { a: { $ref: '#/$defs/b', nullable: true } }, $defs: { b: { type: 'string' } } }),
    [{ a: 'x' }],
    [{ a: 1 }],
  ],
  [
    'nullable beside type',
    property({ type: 'string', nullable: true }),
    [{ a: null }, { a: 'x' }],
    [{ a: 1 }],
  ],
  [
    'nullable: false beside null',
    property({ type: ['string', 'null'], nullable: false }),
    [{ a: null }],
    [{ a: 1 }],
  ],
  ['nullable that is no boolean', property({ type: 'string', nullable: 'yes' }), [{ a: 'x' }], [{ a: null }]],
  [
    'a property that is named nullable',
    object({ properties: { nullable: { type: 'string' }, id: { type: 'string' } } }),
    [{ nullable: 'x', id: 'y' }],
    [{ nullable: 1 }, { id: 1 }],
  ],
  ['an id of draft-04', property({ id: 'urn:x', type: 'string' }), [{ a: 'x' }], [{ a: 1 }]],
  ['an $async that would promise', object({ $async: true, required: ['a'] }), [{ a: 1 }], [{}]],
  ['an unknown format', property({ type: 'string', format: 'color-hex' }), [{ a: 'x' }], [{ a: 1 }]],
  [
    'an unknown keyword',
    property({ type: 'string', markdownDescription: '*x*', 'x-order': 1 }),
    [{ a: 'x' }],
    [{ a: 1 }],
  ],
  [
    'a $ref into an unknown keyword',
    object({
      properties: { a: { $ref: '#/components/schemas/B' } },
      components: { schemas: { B: { type: 'string', nullable: true } } },
    }),
    [{ a: 'x' }],
    [{ a: 1 }],
  ],
  [
    'a tuple of draft-07',
    object({
      $schema: 'http://json-schema.org/draft-07/schema#',
      properties: { a: { items: [{ type: 'string' }] } },
    }),
    [{ a: ['x'] }],
    [{ a: [1] }],
  ],
  [
    'a tree',
    object({ properties: { left: { $ref: '#' }, name: { type: 'string' } } }),
    [{ left: { left: { name: 'x' } } }],
    [{ left: { left: { name: 1 } } }],
  ],
  [
    'a $ref to a dialect',
    property({ $ref: 'https://json-schema.org/draft/2020-12/schema' }),
    [{ a: { type: 'object' } }],
    [{ a: { type: 'strng' } }],
  ],
]

describe('a schema that can be used', () => {
  it.each(usable)('is used as intended: %s', (_, schema, fits, fails) => {
    const text = JSON.stringify(schema)
    const check = createSchemaValidator().compile(schema)
    for (const value of fits) expect([value, check(value)]).toEqual([value, []])
    for (const value of fails) expect(check(value).length).toBeGreaterThan(0)
    expect(JSON.stringify(schema)).toBe(text)
  })

  it('is compiled once, and again only for a different text', () => {
    const { compile } = createSchemaValidator()
    expect(compile({ type: 'object' })).toBe(compile({ type: 'object' }))
    const frozen = Object.freeze({ type: 'object', minProperties: 1 })
    expect(compile(frozen)).toBe(compileCheck(frozen))
    const changing: Record<string, unknown> = { type: 'object', required: ['a'] }
    expect(compile(changing as JsonObject)({})).toHaveLength(1)
    changing['required'] = []
    expect(compile(changing as JsonObject)({})).toEqual([])
  })

  it('may share its $id with another one', () => {
    const { compile } = createSchemaValidator()
    for (const type of ['string', 'number'])
      expect(compile({ ...property({ type }), $id: 'https://x.test/s' })({ a: true })).toHaveLength(1)
  })
})

const INHERITED = [
  'constructor',
  'valueOf',
  'toString',
  'hasOwnProperty',
  'isPrototypeOf',
  '__proto__',
  '__defineGetter__',
]

describe.each(['https://json-schema.org/draft/2020-12/schema', 'http://json-schema.org/draft-07/schema#'])(
  'a parameter named like a member of every object, in %s',
  ($schema) => {
    const check = (over: string) => compileCheck(parsed(`{"$schema":"${$schema}","type":"object",${over}}`))
    it.each(INHERITED)('is a parameter like any other: %s', (name) => {
      const of = (value: unknown) => parsed(`{"${name}":${JSON.stringify(value)}}`)
      const property = check(`"properties":{"${name}":{"type":"string"},"season":{"type":"number"}}`)
      expect(property({ season: 2026 })).toEqual([])
      expect(property(of('x'))).toEqual([])
      expect(property(of(1))).toEqual([{ path: `/${name}`, message: 'must be string' }])
      const required = check(`"required":["${name}"]`)
      expect([required({}).length, required(of(1)).length]).toEqual([1, 0])
      const only = check(`"properties":{"${name}":{}},"additionalProperties":false`)
      expect([only({}), only(of(1))]).toEqual([[], []])
      const none = check(`"properties":{},"additionalProperties":false`)
      expect([none({}).length, none(of(1)).length]).toEqual([0, 1])
      const pattern = check(`"patternProperties":{"^${name}$":{"type":"string"}}`)
      expect([pattern({}).length, pattern(of('x')).length, pattern(of(1)).length]).toEqual([0, 0, 1])
      const depends = check(
        $schema.includes('2020')
          ? `"dependentRequired":{"${name}":["other"]}`
          : `"dependencies":{"${name}":["other"]}`,
      )
      expect([depends({}), depends(of(1)).length > 0]).toEqual([[], true])
      const needs = check(
        $schema.includes('2020')
          ? `"dependentRequired":{"other":["${name}"]}`
          : `"dependencies":{"other":["${name}"]}`,
      )
      expect([needs({ other: 1 }).length, needs({ other: 1, ...of(1) }).length]).toEqual([1, 0])
    })
  },
)

describe('the problems of a value', () => {
  const schema = object({
    properties: {
      items: { type: 'array', items: { type: 'string' }, minItems: 1 },
      a: { type: 'string' },
      b: { type: 'number' },
      c: { enum: ['x', 'y'] },
      d: {},
    },
    required: ['d'],
    additionalProperties: false,
  })

  it('are named all at once', () => {
    expect(compileCheck(schema)({ items: [1], a: 1, b: 'x', c: 'z', more: 1 })).toEqual(
      expect.arrayContaining([
        { path: '', message: "must have required property 'd'" },
        { path: '', message: 'must NOT have additional properties: more' },
        { path: '/items/0', message: 'must be string' },
        { path: '/a', message: 'must be string' },
        { path: '/b', message: 'must be number' },
        { path: '/c', message: 'must be equal to one of the allowed values: "x","y"' },
      ]),
    )
  })

  it('are limited to ten, however many there are, and cost little', () => {
    const check = compileCheck(schema)
    const hostile = { items: Array.from({ length: 300_000 }, (_, i) => i), a: 1 }
    const before = process.memoryUsage().heapUsed
    const problems = check(hostile)
    expect(problems).toHaveLength(10)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024)
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key${i}`, i]))
    expect(check(wide)).toHaveLength(10)
    const late = { d: 1, items: [...Array.from({ length: 300_000 }, () => 'x'), 7] }
    expect(check(late)).toEqual([{ path: '/items/300000', message: 'must be string' }])
  })

  it('are correct for the whole value, also if only a part of it was checked again', () => {
    const check = compileCheck(
      object({
        properties: {
          items: { type: 'array', minItems: 200, contains: { const: 199 } },
          either: { anyOf: [{ minItems: 100 }, { type: 'string' }] },
          n: { type: 'number' },
        },
      }),
    )
    const items = Array.from({ length: 200 }, (_, i) => i)
    expect(check({ items, either: items, n: 'x' })).toEqual([{ path: '/n', message: 'must be number' }])
  })

  it('contain names from the caller only cut, and on one line', () => {
    const [problem] = compileCheck(object({ additionalProperties: false }))({
      [`a\n\u202e${'b'.repeat(9999)}`]: 1,
    })
    expect(problem?.message).toMatch(/^must NOT have additional properties: a\ufffd\ufffdb+$/)
    expect(problem?.message.length).toBeLessThan(200)
  })

  it.each([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])(
    'contain %s in place of a number',
    (a) => {
      for (const type of ['number', 'integer', ['number', 'string']])
        expect(compileCheck(property({ type }))({ a })).toHaveLength(1)
    },
  )

  it.each([
    ['a list of objects that must differ', { uniqueItems: true }, '[{"toString":""},{"toString":""}]'],
    ['an enum of objects', { enum: [{ valueOf: 1 }, { toString: 'x' }] }, '{"valueOf":0}'],
    ['a constant', { const: { toString: 'x' } }, '{"toString":0}'],
    [
      'a value nested deeper than the stack',
      { $ref: '#/$defs/list' },
      `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    ],
  ])('never throw: %s', (_, schema, text) => {
    const check = compileCheck(
      object({
        properties: { a: schema as JsonObject },
        $defs: { list: { items: { $ref: '#/$defs/list' } } },
      }),
    )
    expect(check({ a: JSON.parse(text) })).toHaveLength(1)
  })
})
