import {
  createAllvAgentApi,
  createToolProvider,
  defineTool,
  type JsonObject,
  type ToolSchema,
  type TypedSchema,
} from 'allv-mcp'
import { z } from 'zod'
import { modern, post, toolCall } from './support/http.js'
import { type Parsing, type ParsingOptions, parsingTool } from './support/parsing-tools.js'
import { type Scene, scenes } from './support/scene.js'
import { TASKS_AND_FORM, taskClient } from './support/tasks.js'
import { KEYS, type WorldOptions } from './support/world.js'

/** Arguments are read once. The policy, the person who decides, every digest, the record and the tool share the result. */

const start = scenes()
const NAME = 'one.value'

interface Stage extends Scene, Parsing {
  call(args: unknown, over?: { key?: string }): Promise<Answer>
  /** Approves what waits. */
  approve(): Promise<void>
}

interface Answer {
  readonly code: string | undefined
  readonly text: string
}

const answerOf = ({ result, error }: Awaited<ReturnType<typeof post>>['json']): Answer => ({
  code: result?._meta?.['ai.allv/code'] ?? error?.data['code'],
  text: result?.content?.[0]?.text ?? error?.message,
})

async function stage(
  input: ToolSchema,
  options: ParsingOptions = {},
  world: WorldOptions = {},
): Promise<Stage> {
  const parsing = parsingTool(NAME, input, options)
  const scene = await start({ rateLimit: false, ...world, tools: [parsing.tool] })
  const { approvals } = scene.world.adapters
  return {
    ...scene,
    ...parsing,
    call: async (args, { key } = {}) =>
      answerOf(
        (
          await post(scene.running, {
            body: toolCall(NAME, args as object),
            headers: key === undefined ? {} : { 'idempotency-key': key },
          })
        ).json,
      ),
    async approve() {
      for (const { id } of approvals.list({ state: 'pending' }))
        await approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
    },
  }
}

/** A schema of no library. */
function handMade(validate: TypedSchema['~standard']['validate'], properties: object = {}): TypedSchema {
  const described = () => ({ type: 'object', properties })
  return {
    '~standard': {
      version: 1,
      vendor: 'hand',
      validate,
      jsonSchema: { input: described, output: described },
    },
  }
}

const shouting = handMade((value) => {
  const { word } = value as { word?: unknown }
  return typeof word === 'string'
    ? { value: { word: word.toUpperCase() } }
    : { issues: [{ message: 'is no text', path: [{ key: 'word' }] }] }
})

/** What a schema makes of several spellings of one call. */
const KINDS: readonly (readonly [string, ToolSchema, readonly object[], JsonObject])[] = [
  ['a default', z.object({ n: z.number().default(500) }), [{}, { n: 500 }], { n: 500 }],
  [
    'a default deep inside',
    z.object({ o: z.object({ n: z.number().default(1) }).prefault({}) }),
    [{}, { o: {} }, { o: { n: 1 } }],
    { o: { n: 1 } },
  ],
  [
    'coercion',
    z.object({ n: z.coerce.number(), b: z.coerce.string() }),
    [
      { n: '5', b: 7 },
      { n: 5, b: '7' },
    ],
    { n: 5, b: '7' },
  ],
  [
    'a preprocessor',
    z.object({ ids: z.preprocess((v) => (typeof v === 'string' ? JSON.parse(v) : v), z.array(z.number())) }),
    [{ ids: '[1,2]' }, { ids: [1, 2] }],
    { ids: [1, 2] },
  ],
  [
    'trimming before a length',
    z.object({ s: z.string().trim().max(3) }),
    [{ s: ' abc ' }, { s: 'abc' }],
    { s: 'abc' },
  ],
  [
    'lower case before a pattern',
    z.object({
      s: z
        .string()
        .toLowerCase()
        .regex(/^[a-z]+$/),
    }),
    [{ s: 'ABC' }, { s: 'abc' }],
    { s: 'abc' },
  ],
  [
    'a pattern without case',
    z.object({ s: z.string().regex(/^deal_/i) }),
    [{ s: 'DEAL_1' }],
    { s: 'DEAL_1' },
  ],
  ['a pattern over lines', z.object({ s: z.string().regex(/^b$/m) }), [{ s: 'a\nb' }], { s: 'a\nb' }],
  ['a pattern whose dot is all', z.object({ s: z.string().regex(/^a.b$/s) }), [{ s: 'a\nb' }], { s: 'a\nb' }],
  ['cents', z.object({ n: z.number().multipleOf(0.01) }), [{ n: 19.99 }], { n: 19.99 }],
  [
    'other cents',
    z.object({ n: z.number().multipleOf(0.01), m: z.number().multipleOf(0.01) }),
    [{ n: 8.69, m: 143.48 }],
    { n: 8.69, m: 143.48 },
  ],
  [
    'an address with an umlaut',
    z.object({ u: z.url() }),
    [{ u: 'https://de.wikipedia.org/wiki/Köln' }],
    { u: 'https://de.wikipedia.org/wiki/Köln' },
  ],
  ['a duration', z.object({ d: z.iso.duration() }), [{ d: 'PT1.5S' }], { d: 'PT1.5S' }],
  ['a catch', z.object({ n: z.number().catch(7) }), [{ n: 'x' }, { n: 7 }, {}], { n: 7 }],
  [
    'keys that the schema strips',
    z.object({ a: z.string() }),
    [{ a: 'x', decoy: 'pay nobody' }, { a: 'x' }],
    { a: 'x' },
  ],
  [
    'keys that are kept',
    z.looseObject({ a: z.string() }),
    [
      { a: 'x', b: 1 },
      { b: 1, a: 'x' },
    ],
    { a: 'x', b: 1 },
  ],
  ['a negative zero', z.object({ n: z.number() }), [{ n: 0 }, JSON.parse('{"n":-0}')], { n: 0 }],
  [
    'a transform that is not idempotent',
    z.object({ s: z.string().transform((s) => `${s}!`) }),
    [{ s: 'a' }],
    { s: 'a!' },
  ],
  [
    'a refinement that takes its time',
    z.object({
      s: z
        .string()
        .trim()
        .refine(async (s) => s !== 'no'),
    }),
    [{ s: ' a' }, { s: 'a' }],
    { s: 'a' },
  ],
  [
    'an object that becomes another',
    z.object({ s: z.string() }).transform(({ s }) => ({ length: s.length })),
    [{ s: 'abc' }, { s: 'xyz' }],
    { length: 3 },
  ],
  [
    'members that become undefined',
    z.object({
      a: z
        .string()
        .optional()
        .transform(() => undefined),
      b: z.string(),
    }),
    [{ a: 'x', b: 'y' }, { b: 'y' }],
    { b: 'y' },
  ],
  ['a schema of no library', shouting, [{ word: 'hi', more: 1 }, { word: 'HI' }], { word: 'HI' }],
]

describe.each(KINDS)('%s', (_, input, spellings, expected) => {
  it('is one call, approved once, and runs with the arguments that were shown', async () => {
    const scene = await stage(input)
    const { approvals, runs } = scene.world.adapters
    for (const spelling of spellings) expect((await scene.call(spelling)).code).toBe('APPROVAL_PENDING')
    expect(approvals.list().map((approval) => approval.arguments)).toEqual([expected])
    await scene.approve()
    for (const spelling of spellings) expect((await scene.call(spelling)).text).toBe('ran')
    expect(scene.ran).toEqual([expected])
    for (const { args, shown } of scene.asked) expect([args, shown]).toEqual([expected, expected])
    const digests = new Set(runs.all().map(({ argumentsDigest }) => argumentsDigest))
    expect([...digests]).toEqual([approvals.list()[0]?.argumentsDigest])
    const audited = scene.world.adapters.audit.events.flatMap(({ argumentsDigest = [] }) => argumentsDigest)
    expect(new Set(audited)).toEqual(digests)
    expect(scene.world.failures).toEqual([])
  })

  it('is one call for an idempotency key', async () => {
    const scene = await stage(input, { verdict: { verdict: 'allow' } })
    for (const spelling of [...spellings, ...spellings])
      expect((await scene.call(spelling, { key: 'once' })).code).toBeUndefined()
    expect(scene.ran).toEqual([expected])
  })

  it('runs with the arguments that were shown when it waits as a task, and when it then asks', async () => {
    const scene = await stage(input, { asks: true })
    const tasks = taskClient(scene.running, TASKS_AND_FORM)
    const { taskId } = (await tasks.call(NAME, spellings[0])).result
    await scene.approve()
    const asks = await tasks.until(taskId, 'input_required')
    expect(Object.keys(asks.inputRequests)).toEqual(['1.color'])
    await tasks.update(taskId, { '1.color': { action: 'accept', content: { color: 'red' } } })
    expect((await tasks.until(taskId)).status).toBe('completed')
    expect(scene.ran).toEqual([expected])
  })
})

describe('a rule about an amount', () => {
  const input = z.object({ to: z.string().trim().toLowerCase(), amount: z.number().default(500) })
  const rule = (ran: unknown[]) =>
    defineTool({
      name: NAME,
      description: 'Pays.',
      input,
      // Compiles only when the arguments are typed as `run` gets them.
      approval: ({ to, amount }, { context, arguments: shown }) => ({
        verdict: amount > 100 || to === 'treasury' ? 'operator' : 'allow',
        summary: `${context.member.id} pays ${amount.toFixed(2)} to ${to}, as in ${JSON.stringify(shown)}`,
      }),
      run: (args) => {
        ran.push(args)
        return 'paid'
      },
    })

  it.each([
    [{ to: 'x' }, '500.00', 'x'],
    [{ to: ' Treasury ', amount: 1 }, '1.00', 'treasury'],
    [{ to: 'x', amount: 101 }, '101.00', 'x'],
  ])('cannot be bypassed: %j', async (args, amount, to) => {
    const ran: unknown[] = []
    const { running, world } = await start({ tools: [rule(ran)] })
    const modernCall = modern('tools/call', { name: NAME, arguments: args })
    const agent = await createAllvAgentApi(world.options).withApiKey({
      workspaceId: 'ws_acme',
      apiKey: KEYS.acme,
      member: { id: 'mem_maria' },
    })
    expect(answerOf((await post(running, { body: toolCall(NAME, args) })).json).code).toBe('APPROVAL_PENDING')
    expect(answerOf((await post(running, modernCall)).json).code).toBe('APPROVAL_PENDING')
    expect((await agent.callTool(NAME, args)).status).toBe('pending_approval')
    expect(ran).toEqual([])
    const [approval, ...more] = world.adapters.approvals.list()
    expect(more).toEqual([])
    expect(approval?.summary).toContain(`pays ${amount} to ${to}, as in {`)
  })
})

it('neither shows nor stores a key that the schema strips', async () => {
  const scene = await stage(z.object({ a: z.string() }))
  await scene.call({ a: 'x', decoy: 'only a test of the printer' })
  const { approvals, runs, audit } = scene.world.adapters
  expect(JSON.stringify([approvals.list(), runs.all(), audit.events, scene.asked])).not.toContain('printer')
})

it('lets neither the policy nor the tool change what others see', async () => {
  const ran: unknown[] = []
  const meddling = defineTool({
    name: NAME,
    description: 'Changes what it is given.',
    input: z.object({ list: z.array(z.number()), to: z.string().default('maria') }),
    approval(args, question) {
      args.list.push(99)
      args.to = 'attacker'
      Object.assign(question.arguments, { to: 'attacker', more: true })
      return { verdict: 'operator' }
    },
    run(args, { answers }) {
      ran.push(structuredClone(args))
      args.list.push(1000)
      return answers === null ? 'ran' : undefined
    },
  })
  {
    const { running, world } = await start({ tools: [meddling] })
    const send = () => post(running, { body: toolCall(NAME, { list: [1] }) })
    await send()
    const [approval] = world.adapters.approvals.list()
    expect(approval?.arguments).toEqual({ list: [1], to: 'maria' })
    await world.adapters.approvals.decide({
      id: approval?.id ?? '',
      decision: 'approve',
      decidedBy: 'operator',
    })
    expect(answerOf((await send()).json).text).toBe('ran')
    expect(ran).toEqual([{ list: [1], to: 'maria' }])
    expect(world.adapters.approvals.list().map((one) => one.arguments)).toEqual([{ list: [1], to: 'maria' }])
  }
})

describe('arguments that do not fit', () => {
  it('are refused with all their problems at once, at most ten, each with a JSON Pointer', async () => {
    const scene = await stage(
      z.object({
        lines: z.array(z.object({ 'a/b~c': z.number() })),
        name: z.string().refine((name) => name !== 'no', 'is taken'),
      }),
    )
    const few = await scene.call({ lines: [{ 'a/b~c': 1 }, { 'a/b~c': 'x' }], name: 'no' })
    expect(few.code).toBe('INVALID_ARGUMENTS')
    expect(few.text).toMatch(/\/lines\/1\/a~1b~0c [^;]+; \/name is taken$/)
    const many = await scene.call({ lines: Array.from({ length: 40 }, () => ({})), name: 'x' })
    expect(many.text.match(/\/lines\//g)).toHaveLength(10)
    const agent = await createAllvAgentApi(scene.world.options).withApiKey({
      workspaceId: 'ws_acme',
      apiKey: KEYS.acme,
      member: { id: 'mem_maria' },
    })
    await expect(agent.callTool(NAME, { lines: [], name: 5 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENTS',
      details: { problems: [{ path: '/name', message: expect.any(String) }] },
    })
    expect([scene.asked, scene.ran, scene.world.failures, scene.world.adapters.runs.all()]).toEqual([
      [],
      [],
      [],
      [],
    ])
  })

  it('quote at most a sentence of what was sent', async () => {
    const scene = await stage(z.strictObject({ a: z.string() }))
    const { text, code } = await scene.call({ a: 'x', ['k'.repeat(100_000)]: 1 })
    expect([code, text.length < 2000]).toEqual(['INVALID_ARGUMENTS', true])
  })

  it('quote only the beginning of a long name whose number JSON cannot carry', async () => {
    const { running } = await stage({ type: 'object' }, { verdict: { verdict: 'allow' } })
    const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${NAME}","arguments":{"${'k'.repeat(100_000)}":1e400}}}`
    const { json, text } = await post(running, { body })
    expect([answerOf(json).code, text.length < 4000]).toEqual(['INVALID_ARGUMENTS', true])
  })

  it.each(['{"n":1e400}', '{"n":-1e400}', '{"o":{"list":[1,1e999]}}'])(
    'are a mistake of the caller if JSON has no such number: %s',
    async (args) => {
      const raw: ToolSchema = { type: 'object' }
      for (const input of [raw, z.looseObject({})]) {
        const scene = await stage(input, { verdict: { verdict: 'allow' } })
        const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${NAME}","arguments":${args}}}`
        expect(answerOf((await post(scene.running, { body })).json).code).toBe('INVALID_ARGUMENTS')
        expect([scene.ran, scene.world.failures]).toEqual([[], []])
      }
    },
  )

  it.each([[{ a: Number.NaN }], [{ a: [Number.POSITIVE_INFINITY] }]])(
    'are refused in process too: %p',
    async (args) => {
      const scene = await stage(z.looseObject({}), { verdict: { verdict: 'allow' } })
      const agent = await createAllvAgentApi(scene.world.options).withApiKey({
        workspaceId: 'ws_acme',
        apiKey: KEYS.acme,
        member: { id: 'mem_maria' },
      })
      await expect(agent.callTool(NAME, args)).rejects.toMatchObject({ code: 'INVALID_ARGUMENTS' })
      expect([scene.ran, scene.world.failures]).toEqual([[], []])
    },
  )

  it.each([
    [{ properties: { tags: { type: 'array', uniqueItems: true } } }, { tags: [{}, { toString: '' }] }],
    [{ properties: { m: { enum: [{ a: 1 }] } } }, { m: { valueOf: 0 } }],
  ])('are a mistake of the caller if they cannot be compared: %j', async (schema, args) => {
    const scene = await stage({ type: 'object', ...schema }, { verdict: { verdict: 'allow' } })
    const { code } = await scene.call(args)
    expect(['INVALID_ARGUMENTS', undefined]).toContain(code)
    expect(scene.world.failures).toEqual([])
  })
})

describe('a schema that throws', () => {
  const secret = 'SELECT * FROM vault'
  it.each<[string, ToolSchema]>([
    [
      'at once',
      handMade(() => {
        throw new Error(secret)
      }),
    ],
    [
      'later',
      handMade(async () => {
        throw new Error(secret)
      }),
    ],
    [
      'in a transform',
      z.object({
        a: z.string().transform(() => {
          throw new Error(secret)
        }),
      }),
    ],
  ])('is a fault of the host, and nothing runs: %s', async (_, input) => {
    const scene = await stage(input)
    const { code, text } = await scene.call({ a: 'x' })
    expect([code, text.includes('vault')]).toEqual(['TOOL_FAILED', false])
    expect(scene.world.failures).toEqual([
      expect.objectContaining({ code: 'TOOL_FAILED', error: new Error(secret) }),
    ])
    expect(scene.ran).toEqual([])
  })
})

describe('a default that changes each time', () => {
  let moments = 0
  const now = () => {
    moments += 1
    return `moment ${moments}`
  }
  const input = z.object({ at: z.string().default(now), to: z.string() })

  it('is the same for the policy, the person and the tool of one call, read once', async () => {
    const scene = await stage(input, { verdict: { verdict: 'allow' } })
    await scene.call({ to: 'x' })
    expect(scene.ran).toEqual([scene.asked[0]?.args])
    expect(scene.asked[0]?.args).toEqual(scene.asked[0]?.shown)
  })

  it('runs with the approved value when the call is continued, and asks for a new approval when it is repeated', async () => {
    const scene = await stage(input)
    const tasks = taskClient(scene.running)
    const { taskId } = (await tasks.call(NAME, { to: 'x' })).result
    const [approval] = scene.world.adapters.approvals.list()
    await scene.approve()
    expect((await scene.call({ to: 'x' })).code).toBe('APPROVAL_PENDING')
    expect((await tasks.until(taskId)).status).toBe('completed')
    expect(scene.ran).toEqual([approval?.arguments])
  })
})

describe('providers that wrap a provider', () => {
  const input = z.object({ s: z.string().transform((s) => `${s}!`), n: z.number().default(1) })
  const expected = { s: 'a!', n: 1 }

  it.each<[string, NonNullable<WorldOptions['adapt']>]>([
    [
      'one that hands on',
      ({ tools }) => ({ tools: { list: (c) => tools.list(c), call: (c, x) => tools.call(c, x) } }),
    ],
    [
      'one that copies definitions and calls',
      ({ tools }) => ({
        tools: {
          list: async (c) => (await tools.list(c)).map((tool) => ({ ...tool, title: 'Mine' })),
          call: (c, x) => tools.call(c, { ...x }),
        },
      }),
    ],
    [
      'one that gives the tools other names',
      ({ tools }) => ({
        tools: {
          list: async (c) => (await tools.list(c)).map((tool) => ({ ...tool, name: `my.${tool.name}` })),
          call: (c, x) => tools.call(c, { ...x, name: x.name.slice(3) }),
        },
        policy: {
          evaluate: (q) => tools.evaluate({ ...q, tool: { ...q.tool, name: q.tool.name.slice(3) } }),
        },
      }),
    ],
  ])('parse once: %s', async (_, adapt) => {
    const scene = await stage(input, {}, { adapt })
    const name = (await scene.world.options.adapters.tools.list({ member: {} } as never)).at(-1)?.name ?? ''
    const send = async () => answerOf((await post(scene.running, { body: toolCall(name, { s: 'a' }) })).json)
    expect((await send()).code).toBe('APPROVAL_PENDING')
    await scene.approve()
    expect((await send()).text).toBe('ran')
    expect([scene.ran, scene.asked[0]?.args]).toEqual([[expected], expected])
  })

  it('are refused when they replace the arguments of an approved call, unless the schema leaves them as they are', async () => {
    const scene = await stage(
      input,
      {},
      {
        adapt: ({ tools }) => ({
          tools: {
            list: tools.list,
            call: (c, x) => tools.call(c, { ...x, arguments: structuredClone(x.arguments) }),
          },
        }),
      },
    )
    await scene.call({ s: 'a' })
    await scene.approve()
    expect((await scene.call({ s: 'a' })).code).toBe('TOOL_FAILED')
    expect([scene.ran, scene.world.failures.map(({ error }) => String(error))]).toEqual([
      [],
      [expect.stringContaining('pass on that very object')],
    ])
  })

  it('with an input schema of their own are checked by that schema, and the tool reads what they pass on', async () => {
    const scene = await stage(
      input,
      { verdict: { verdict: 'allow' } },
      {
        adapt: ({ tools }) => ({
          tools: {
            list: async (c) =>
              (await tools.list(c)).map((tool) => ({
                ...tool,
                inputSchema: { ...tool.inputSchema, additionalProperties: false },
              })),
            call: (c, x) => tools.call(c, x),
          },
        }),
      },
    )
    expect((await scene.call({ s: 'a', more: 1 })).code).toBe('INVALID_ARGUMENTS')
    expect((await scene.call({ s: 'a' })).text).toBe('ran')
    expect([scene.ran, scene.asked[0]?.args]).toEqual([[expected], expected])
  })
})

it('reads arguments that a host itself gives to a tool or a policy as if a client had sent them', async () => {
  const { tool, ran, asked } = parsingTool(NAME, z.object({ s: z.string().trim().default('x') }))
  const provider = createToolProvider([tool])
  const question = { context: {} as never, tool: tool.definition, arguments: { s: ' a ' } }
  expect(await provider.evaluate(question)).toEqual({ verdict: 'operator' })
  expect(asked[0]?.args).toEqual({ s: 'a' })
  const call = { name: NAME, arguments: {}, approvalId: null, answers: null, signal: AbortSignal.abort() }
  await provider.call({} as never, call as never)
  expect(ran).toEqual([{ s: 'x' }])
})
