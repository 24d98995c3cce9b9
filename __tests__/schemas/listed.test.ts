import { allowEveryCall, createAllvAgentApi, defineTool, type ToolDefinition } from 'allv-mcp'
import { z } from 'zod'
import { post, rpc, toolCall } from '../support/http.js'
import { type Scene, scenes } from '../support/scene.js'
import { createWorld } from '../support/world.js'

const start = scenes()

interface Listed {
  readonly name: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into schemas freely.
  readonly inputSchema: any
  // biome-ignore lint/suspicious/noExplicitAny: tests look into schemas freely.
  readonly outputSchema?: any
}

const raw = (tools: readonly object[]) =>
  createWorld({
    rateLimit: false,
    adapt: () => ({
      policy: allowEveryCall(),
      tools: {
        list: async () => tools as ToolDefinition[],
        call: async (_, { arguments: args }) => ({ structuredContent: args, content: [] }),
      },
    }),
  })
const named = (inputSchema: object, over: object = {}) => ({
  name: 'one',
  description: 'x',
  inputSchema,
  ...over,
})
const listOf = async ({ running }: Scene): Promise<readonly Listed[]> =>
  (await post(running, { body: rpc('tools/list') })).json.result.tools
const codeOf = async ({ running }: Scene, args: object) =>
  (await post(running, { body: toolCall('one', args) })).json.result._meta['ai.allv/code'] ?? 'ran'

describe('the root of an input schema', () => {
  const string = { type: 'string' }
  const roots: readonly [string, object, object, readonly object[], readonly object[]][] = [
    ['without properties', { type: 'object' }, { type: 'object', properties: {} }, [{}, { a: 1 }], []],
    [
      'without a type',
      { properties: { a: string }, required: ['a'] },
      { type: 'object', properties: { a: string }, required: ['a'] },
      [{ a: 'x' }],
      [{}],
    ],
    ['of two types', { type: ['object', 'null'] }, { type: 'object', properties: {} }, [{}], []],
    [
      'with alternatives that require',
      {
        type: 'object',
        properties: { a: string, b: string },
        anyOf: [{ required: ['a'] }, { required: ['b'] }],
      },
      {
        type: 'object',
        properties: { a: string, b: string },
        anyOf: [{ required: ['a'] }, { required: ['b'] }],
      },
      [{ a: 'x' }, { b: 'x' }],
      [{}],
    ],
    [
      'of alternatives alone',
      {
        description: 'Either way.',
        oneOf: [
          { type: 'object', properties: { kind: { const: 'mail' }, to: string }, required: ['kind', 'to'] },
          {
            type: 'object',
            properties: { kind: { const: 'call' }, to: { type: 'number' } },
            required: ['kind'],
          },
        ],
      },
      {
        type: 'object',
        properties: { kind: { enum: ['mail', 'call'] }, to: { anyOf: [string, { type: 'number' }] } },
        required: ['kind'],
        description: 'Either way. Give one of these sets of arguments: (kind, to) or (kind).',
      },
      [{ kind: 'mail', to: 'x' }, { kind: 'call' }],
      [{ kind: 'mail' }, { kind: 'fax' }, {}],
    ],
    [
      'of parts that all hold',
      {
        allOf: [
          { type: 'object', properties: { a: string }, required: ['a'] },
          { properties: { b: string } },
        ],
      },
      { type: 'object', properties: { a: string, b: string }, required: ['a'] },
      [{ a: 'x', b: 'y' }],
      [{ b: 'y' }, { a: 'x', b: 1 }],
    ],
    [
      'that is a reference',
      { $ref: '#/$defs/a', $defs: { a: { type: 'object', properties: { a: string }, required: ['a'] } } },
      {
        type: 'object',
        properties: { a: string },
        required: ['a'],
        $defs: { a: { type: 'object', properties: { a: string }, required: ['a'] } },
      },
      [{ a: 'x' }],
      [{}],
    ],
    [
      'of fixed values',
      { type: 'object', enum: [{ a: 1 }, { a: 2 }] },
      { type: 'object', properties: {}, description: 'The arguments must be one of [{"a":1},{"a":2}].' },
      [{ a: 1 }],
      [{ a: 3 }],
    ],
    [
      'with an exclusion',
      { type: 'object', properties: { a: string }, not: { required: ['b'] } },
      {
        type: 'object',
        properties: { a: string },
        not: { required: ['b'] },
      },
      [{ a: 'x' }],
      [{ b: 1 }],
    ],
  ]

  it.each(roots)(
    'is listed as model providers accept it, and checked as it is: %s',
    async (_, schema, listed, fits, fails) => {
      const scene = await start(raw([named(schema)]))
      const [tool] = await listOf(scene)
      expect(tool?.inputSchema).toEqual(listed)
      for (const args of fits) expect([args, await codeOf(scene, args)]).toEqual([args, 'ran'])
      for (const args of fails) expect([args, await codeOf(scene, args)]).toEqual([args, 'INVALID_ARGUMENTS'])
      expect(scene.world.failures).toEqual([])
      const agent = await createAllvAgentApi(scene.world.options).asMember({
        workspaceId: 'ws_acme',
        memberId: 'mem_maria',
        via: 'test',
      })
      expect((await agent.listTools())[0]?.inputSchema).toEqual(schema)
    },
  )

  it('is listed as it is if nothing is wrong with it, and if a reference leads into an alternative', async () => {
    const fine = { type: 'object', properties: { a: { anyOf: [string, { type: 'null' }] } } }
    const into = {
      type: 'object',
      anyOf: [{ properties: { a: string } }],
      properties: { b: { $ref: '#/anyOf/0/properties/a' } },
    }
    const scene = await start(raw([named(fine), named(into, { name: 'two' })]))
    expect((await listOf(scene)).slice(0, 2).map(({ inputSchema }) => inputSchema)).toEqual([fine, into])
  })
})

describe('a pattern that is valid JavaScript without the flag u', () => {
  const Dotted = z.object({ a: z.string().regex(/^[\w-.]+$/) })

  it('works in an input', async () => {
    for (const input of [
      Dotted,
      { type: 'object', properties: { a: { type: 'string', pattern: '^[\\w-\\.]+$' } } },
    ]) {
      const scene = await start({
        tools: [defineTool({ name: 'one', description: 'x', input, run: () => 'ran' })],
      })
      expect([await codeOf(scene, { a: 'a-b.c' }), await codeOf(scene, { a: 'a b' })]).toEqual([
        'ran',
        'INVALID_ARGUMENTS',
      ])
    }
  })

  it('works in an output, and is not published there', async () => {
    const pattern = '^[\\w-\\.]+$'
    const outputs = [
      { type: 'object', properties: { a: { type: 'string', pattern } } },
      { type: 'object', patternProperties: { [pattern]: { type: 'string' } }, additionalProperties: false },
    ]
    for (const outputSchema of outputs) {
      const scene = await start(raw([named({ type: 'object' }, { outputSchema })]))
      const [tool] = await listOf(scene)
      expect(tool?.outputSchema.type).toBe('object')
      expect(JSON.stringify(tool)).not.toContain('\\\\w-')
      expect(tool?.outputSchema.additionalProperties).toBeUndefined()
      expect([await codeOf(scene, { a: 'a-b.c' }), await codeOf(scene, { a: 7 })]).toEqual([
        'ran',
        'TOOL_FAILED',
      ])
    }
    const scene = await start({
      tools: [
        defineTool({
          name: 'one',
          description: 'x',
          input: z.object({}),
          output: Dotted,
          run: () => ({ a: 'x' }),
        }),
      ],
    })
    expect(JSON.stringify(await listOf(scene))).not.toContain('\\\\w-')
  })

  it.each([
    ['in an exclusion', { type: 'object', properties: { a: { not: { pattern: '[\\w-\\.]' } } } }],
    [
      'beside a keyword that clients refuse',
      { type: 'object', properties: { a: { nullable: true, anyOf: [{}] } } },
    ],
    ['beside an id that clients refuse', { type: 'object', id: 'x', properties: {} }],
  ])('removes the whole output schema from the list if nothing less helps: %s', async (_, outputSchema) => {
    const scene = await start(raw([named({ type: 'object' }, { outputSchema })]))
    const [tool] = await listOf(scene)
    expect([tool?.name, tool?.outputSchema]).toEqual(['one', undefined])
    expect(await codeOf(scene, { b: 1 })).toBe('ran')
  })

  it('is left out of the list if only the schema library can read it', async () => {
    const letters = new RegExp('^[\\p{L}--[a-z]]+$', String('v'))
    const input = z.object({ a: z.string().regex(letters) })
    const scene = await start({
      tools: [defineTool({ name: 'one', description: 'x', input, run: () => 'ran' })],
    })
    expect(JSON.stringify(await listOf(scene))).not.toContain('--[')
    expect(await codeOf(scene, { a: 'Ö' })).toBe('ran')
  })
})

const UNUSABLE: readonly [string, object, RegExp][] = [
  [
    'a $ref that leads nowhere',
    { properties: { a: { $ref: '#/$defs/nope' } } },
    /"#\/\$defs\/nope" leads nowhere; define/,
  ],
  [
    'a dialect that is not served',
    { $schema: 'http://json-schema.org/draft-04/schema#' },
    /use 2020-12 or draft-07/,
  ],
  ['a type that there is not', { properties: { a: { type: 'strng' } } }, /properties\/a\/type must be/],
  [
    'a keyword of draft-04',
    { properties: { a: { exclusiveMinimum: true } } },
    /exclusiveMinimum must be number/,
  ],
  ['a tuple', { properties: { a: { items: [{ type: 'string' }] } } }, /items must be object,boolean/],
  ['a pattern that is none', { properties: { a: { pattern: '(' } } }, /no regular expression of JavaScript/],
  ['too many parts', { enum: Array.from({ length: 10_001 }, () => ({})) }, /too large/],
]

describe.each(UNUSABLE)('a schema that can never be used: %s', (_, over, reason) => {
  const schema = { type: 'object', ...over }

  it('is refused by defineTool, which names the tool, the side and what to change', () => {
    const fine = { name: 'deals.create', description: 'x', run: () => ({}) as never }
    for (const [wrong, side] of [
      [{ input: schema }, 'input'],
      [{ input: { type: 'object' }, output: schema }, 'output'],
    ] as const) {
      const define = () => defineTool({ ...fine, ...wrong } as never)
      expect(define).toThrow(TypeError)
      expect(define).toThrow(
        new RegExp(`^the ${side} of the tool deals.create cannot be used: .*${reason.source}`),
      )
    }
  })

  it('is left out of a raw list and reported, and the other tools keep working', async () => {
    const bad = [
      named(schema, { name: 'bad.in' }),
      named({ type: 'object' }, { name: 'bad.out', outputSchema: schema }),
    ]
    const scene = await start(raw([...bad, named({ type: 'object' })]))
    expect((await listOf(scene)).map(({ name }) => name)).toEqual([
      'one',
      'agent_update_memory',
      'agent_read_memory',
      'agent_get_approval',
    ])
    expect(scene.world.failures.map(({ error }) => String(error))).toEqual([
      expect.stringMatching(new RegExp(`the inputSchema of bad.in cannot be used: .*${reason.source}`)),
      expect.stringMatching(new RegExp(`the outputSchema of bad.out cannot be used: .*${reason.source}`)),
    ])
    expect((await post(scene.running, { body: toolCall('bad.in') })).json.error?.data['code']).toBe(
      'TOOL_NOT_FOUND',
    )
    expect(await codeOf(scene, {})).toBe('ran')
  })
})

it('reports a mistake in a frozen list when it is listed, and not with each call', async () => {
  const freeze = (tool: ReturnType<typeof named>) =>
    Object.freeze({ ...tool, inputSchema: Object.freeze(tool.inputSchema) })
  const list = Object.freeze([
    freeze(named({ type: 'object', pattern: '(' }, { name: 'bad' })),
    null,
    freeze(named({ type: 'object' })),
  ])
  const scene = await start(raw(list as never))
  for (let i = 0; i < 3; i += 1) expect(await codeOf(scene, {})).toBe('ran')
  expect(scene.world.failures).toHaveLength(2)
  await listOf(scene)
  expect(scene.world.failures).toHaveLength(4)
})

it('refuses a cycle of objects and values that are no JSON with a sentence', () => {
  const cyclic: Record<string, unknown> = { type: 'object' }
  cyclic['properties'] = { a: cyclic }
  for (const input of [cyclic, { type: 'object', maximum: 1n }])
    expect(() =>
      defineTool({ name: 'one', description: 'x', input: input as never, run: () => 'x' }),
    ).toThrow(/^the input of the tool one cannot be used: /)
})
