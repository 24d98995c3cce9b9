import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import {
  AllvError,
  ask,
  createAllvAgentApi,
  createAllvMcpRouter,
  createControlPlane,
  createToolProvider,
  defineTool,
  digestApiKey,
  generateApiKey,
  toolResult,
} from 'allv-mcp'
import {
  createPostgresAdapters,
  createPostgresEvents,
  createPostgresRateLimiter,
  migrate,
  prune,
} from 'allv-mcp/postgres'
import { createRedisEvents, createRedisRateLimiter } from 'allv-mcp/redis'
import { createInMemoryAdapters, createInMemoryApprovals } from 'allv-mcp/testing'
import pg from 'pg'
import { createWorld } from './support/world.js'

/** Every mistake at start-up gives one sentence that says what to change, and never an error of JavaScript itself. */

const { adapters } = createWorld()
const never = (value: unknown) => value as never
const tool = { name: 'one', description: 'x', input: { type: 'object' }, run: () => 'x' }
class Tools {
  async list() {
    return []
  }
}
const with_ = (over: object) => ({ adapters: { ...adapters, ...over } })
const evaluate = async () => ({ verdict: 'operator' }) as const
const rawTools = { list: async () => [], call: async () => ({}) }
const withoutStore = (over: object) => ({ adapters: { ...adapters, approvals: undefined, ...over } })
const pool = { query: async () => ({ rows: [] }), connect: async () => ({}) }

const mistakes: readonly [string, () => unknown, RegExp][] = [
  ...[createAllvMcpRouter, createAllvAgentApi, createControlPlane].flatMap(
    (create): [string, () => unknown, RegExp][] => [
      [
        `${create.name} of nothing`,
        () => create(never(undefined)),
        /^options must be an object with adapters: \{/,
      ],
      [`${create.name} of null`, () => create(never(null)), /^options must be an object/],
      [`${create.name} of a text`, () => create(never('x')), /^options must be an object/],
      [`${create.name} of a list`, () => create(never([])), /^options must be an object/],
      [
        `${create.name} of a promise`,
        () => create(never(Promise.resolve())),
        /; this is a promise, so await it first$/,
      ],
      [
        `${create.name} of adapters alone`,
        () => create(never(adapters)),
        /"apiKeys"; it is an adapter, so pass it in adapters;/,
      ],
      [`${create.name} without adapters`, () => create(never({})), /^option adapters is missing; pass/],
      [
        `${create.name} with null adapters`,
        () => create(never({ adapters: null })),
        /^option adapters is missing/,
      ],
      [
        `${create.name} with promised adapters`,
        () => create(never({ adapters: Promise.resolve(adapters) })),
        /adapters is a promise; await it/,
      ],
    ],
  ),
  [
    'an adapter that is a class',
    () => createControlPlane(never(with_({ tools: Tools }))),
    /"tools" is a class, so pass an instance made with new; pass createToolProvider\(\[defineTool\(\{ … \}\)\]\), or an object with list, call/,
  ],
  [
    'an adapter that is a function',
    () => createControlPlane(never(with_({ tools: () => ({}) }))),
    /"tools" is a function, so pass what it returns/,
  ],
  [
    'a misspelt option',
    () => createControlPlane(never({ adapters, approvalHoldms: 5 })),
    /^unknown option "approvalHoldms"; write approvalHoldMs; the options are adapters,/,
  ],
  [
    'an option that is like no other',
    () => createControlPlane(never({ adapters, colour: 5 })),
    /^unknown option "colour"; the options are adapters,/,
  ],
  [
    'a misspelt adapter',
    () => createControlPlane(never(with_({ polcy: {} }))),
    /^unknown adapter "polcy"; write policy; the adapters are apiKeys,/,
  ],
  [
    'toolResult of a text',
    () => toolResult(never('closed')),
    /^toolResult needs an object: toolResult\(\{ content: /,
  ],
  [
    'a list of tools as an adapter',
    () => createControlPlane(never(with_({ tools: [] }))),
    /"tools" is a list; pass createToolProvider\(/,
  ],
  [
    'one tool as an adapter',
    () => createControlPlane(never(with_({ tools: { definition: {}, call: async () => ({}) } }))),
    /"tools" needs a method list\(\); createToolProvider\(.* makes an adapter of your tools/,
  ],
  [
    'an adapter that is a promise',
    () => createControlPlane(never(with_({ memory: Promise.resolve() }))),
    /"memory" is a promise, so await it first/,
  ],
  [
    'an adapter that is a text',
    () => createControlPlane(never(with_({ audit: 'log' }))),
    /"audit" is a string; pass an object with append/,
  ],
  [
    'an adapter that is null',
    () => createControlPlane(never(with_({ members: null }))),
    /"members" is missing; pass/,
  ],
  [
    'an instance without a method',
    () => createControlPlane(never(with_({ tools: new Tools() }))),
    /"tools" needs a method call\(\); see/,
  ],
  [
    'a method that is no function',
    () => createControlPlane(never(with_({ runs: { ...adapters.runs, end: {} } }))),
    /"runs" needs a method end\(\), and has a object there/,
  ],
  [
    'an optional method that is null',
    () => createControlPlane(never(with_({ tools: { ...adapters.tools, evaluate: null } }))),
    /"tools" needs a method evaluate\(\), and has null there/,
  ],
  [
    'a store of runs that only ends them',
    () => createControlPlane(never(with_({ runs: { ...adapters.runs, update: undefined } }))),
    /"runs" needs a method update\(\); it writes what end\(\) wrote .* with note as checkpoint and ifNote as ifCheckpoint/,
  ],
  [
    'a rule where it was before: on the approvals adapter',
    () => createControlPlane(never(with_({ approvals: { ...adapters.approvals, evaluate } }))),
    /"approvals" has an evaluate\(\), which nothing calls; pass it as adapters\.policy: \{ evaluate \}, or remove it/,
  ],
  [
    'a rule there beside a policy',
    () =>
      createControlPlane(
        never(with_({ approvals: { ...adapters.approvals, evaluate }, policy: { evaluate } })),
      ),
    /"approvals" has an evaluate\(\), which nothing calls/,
  ],
  [
    'a rule there of a class',
    () =>
      createControlPlane(
        never(with_({ approvals: Object.assign(Object.create({ evaluate }), adapters.approvals) })),
      ),
    /"approvals" has an evaluate\(\), which nothing calls/,
  ],
  [
    'a rule there that is no function',
    () => createControlPlane(never(with_({ approvals: { ...adapters.approvals, evaluate: 'operator' } }))),
    /"approvals" has an evaluate\(\), which nothing calls/,
  ],
  [
    'approvals without a rule',
    () => createControlPlane(never(with_({ tools: rawTools }))),
    /adapter "approvals" but no policy says which calls need an approval; pass adapters\.policy .*allowEveryCall\(\).*, or the adapters\.tools of createToolProvider/,
  ],
  [
    'tools with a rule, and no approvals',
    () => createControlPlane(never(withoutStore({}))),
    /adapter "tools" has approval rules, and there is no adapter "approvals" .*; pass adapters\.approvals, .*, or a policy/,
  ],
  [
    'tools with a rule, and approvals that are null',
    () => createControlPlane(never(withoutStore({ approvals: null }))),
    /adapter "tools" has approval rules/,
  ],
  [
    'a rule of a raw list of tools, and no approvals',
    () => createControlPlane(never(withoutStore({ tools: { ...rawTools, evaluate } }))),
    /adapter "tools" has approval rules/,
  ],
  [
    'a fallback of a provider, and no approvals',
    () => createControlPlane(never(withoutStore({ tools: createToolProvider([], { fallback: evaluate }) }))),
    /adapter "tools" has approval rules/,
  ],
  [
    'a policy, and no approvals',
    () => createControlPlane(never(withoutStore({ tools: rawTools, policy: { evaluate } }))),
    /adapter "policy" may ask for approvals, and there is no adapter "approvals" .*; pass adapters\.approvals, .*, or set needsApprovals: false/,
  ],
  [
    'a policy that is a function',
    () => createControlPlane(never(with_({ policy: evaluate }))),
    /"policy" is a function, .*; pass an object with evaluate/,
  ],
  [
    'a policy without a method',
    () => createControlPlane(never(with_({ policy: { allow: evaluate } }))),
    /"policy" needs a method evaluate\(\)/,
  ],
  [
    'a rule of tools that is no function',
    () => createControlPlane(never(with_({ tools: { ...adapters.tools, evaluate: 'operator' } }))),
    /"tools" needs a method evaluate\(\), and has a string there/,
  ],
  [
    'a policy that says no word for no',
    () => createControlPlane(never(with_({ policy: { evaluate, needsApprovals: 'no' } }))),
    /needsApprovals of adapter "policy" must be true or false/,
  ],
  [
    'in-memory adapters with a rule',
    () => createInMemoryAdapters(never({ evaluate })),
    /^createInMemoryAdapters takes no evaluate; pass it as adapters\.policy: \{ evaluate \}/,
  ],
  [
    'in-memory approvals with a rule',
    () => createInMemoryApprovals(never({ evaluate })),
    /^createInMemoryApprovals takes no evaluate; pass it as adapters\.policy: \{ evaluate \}/,
  ],
  [
    'createPostgresAdapters with a rule',
    () => createPostgresAdapters(never({ pool, evaluate })),
    /^createPostgresAdapters takes no evaluate; pass it as adapters\.policy: \{ evaluate \}/,
  ],
  [
    'serverInfo that is null',
    () => createControlPlane(never({ adapters, serverInfo: 7 })),
    /serverInfo must be an object \{ name/,
  ],
  [
    'a title that is no text',
    () => createControlPlane(never({ adapters, serverInfo: { name: 'x', version: '1', title: 7 } })),
    /serverInfo.title/,
  ],
  [
    'createToolProvider of nothing',
    () => createToolProvider(never(undefined)),
    /^createToolProvider needs a list of tools: /,
  ],
  [
    'createToolProvider of one tool',
    () => createToolProvider(never(defineTool(tool))),
    /needs a list of tools/,
  ],
  [
    'a plain object among tools',
    () => createToolProvider([defineTool(tool), never(tool)]),
    /^item 1 of the list of createToolProvider is no tool; pass what defineTool/,
  ],
  [
    'a definition among tools',
    () => createToolProvider([never(defineTool(tool).definition)]),
    /^item 0 .* is no tool/,
  ],
  ['nothing among tools', () => createToolProvider([never(undefined)]), /^item 0 .* is no tool/],
  ['a list among tools', () => createToolProvider([never([defineTool(tool)])]), /is a list, so spread it/],
  [
    'a promise among tools',
    () => createToolProvider([never(Promise.resolve())]),
    /is a promise, so await it first/,
  ],
  [
    'a provider with null for options',
    () => createToolProvider([], never(null)),
    /^createToolProvider needs an object/,
  ],
  [
    'a fallback that is none',
    () => createToolProvider([], never({ fallback: 'allow' })),
    /fallback of a tool provider must be a function/,
  ],
  [
    'defineTool of nothing',
    () => defineTool(never(undefined)),
    /^defineTool needs an object: defineTool\(\{ name/,
  ],
  ['defineTool of null', () => defineTool(never(null)), /^defineTool needs an object/],
  ['defineTool of a name', () => defineTool(never('one')), /^defineTool needs an object/],
  [
    'a tool without input',
    () => defineTool(never({ ...tool, input: undefined })),
    /input of the tool one is no schema; pass/,
  ],
  [
    'a tool with inputSchema',
    () => defineTool(never({ ...tool, input: undefined, inputSchema: {} })),
    /unknown option "inputSchema" of a tool; write input; the options are/,
  ],
  [
    'a tool with execute',
    () => defineTool(never({ ...tool, execute: tool.run })),
    /"execute" of a tool; write run;/,
  ],
  ['digestApiKey of nothing', () => digestApiKey(never(undefined)), /^digestApiKey needs the text of a key/],
  [
    'digestApiKey of a key as made',
    () => digestApiKey(never(generateApiKey())),
    /^digestApiKey needs the text/,
  ],
  [
    'a mode of keys that there is not',
    () => generateApiKey(never({ mode: 'prod' })),
    /mode of generateApiKey must be 'live' or 'test'/,
  ],
  ['ask of nothing', () => ask(never(undefined)), /^ask needs an object of input requests/],
  ['ask without requests', () => ask(never({})), /^ask needs an object of input requests/],
  [
    'ask with the params of a request in place of the request',
    () => ask(never({ inputRequests: { city: { mode: 'form', message: 'Where?' } } })),
    /^input request "city" of ask needs a method of elicitation\/create, sampling\/createMessage or roots\/list, and params that are an object$/,
  ],
  [
    'ask with a request that is null',
    () => ask(never({ inputRequests: { city: null } })),
    /^input request "city" of ask needs a method/,
  ],
  ['an error that there is not', () => new AllvError(never('NOPE')), /^there is no error code NOPE/],
  [
    'createPostgresAdapters of nothing',
    () => createPostgresAdapters(never(undefined)),
    /^createPostgresAdapters needs an object/,
  ],
  [
    'createPostgresAdapters without a pool',
    () => createPostgresAdapters(never({})),
    /^option pool must be a Pool of pg or a PGlite database$/,
  ],
  [
    'a pool that is an address',
    () => createPostgresAdapters(never({ pool: 'postgres://x' })),
    /this is a text, so pass new Pool/,
  ],
  [
    'a pool that is a promise',
    () => createPostgresAdapters(never({ pool: Promise.resolve() })),
    /this is a promise, so await it first/,
  ],
  [
    'a pool that is a client',
    () => createPostgresAdapters(never({ pool: new pg.Client() })),
    /this is a Client/,
  ],
  [
    'a schema that is no text',
    () => createPostgresAdapters(never({ pool, schema: 7 })),
    /option schema must be 1 to 40/,
  ],
  [
    'createPostgresEvents of nothing',
    () => createPostgresEvents(never(undefined)),
    /^createPostgresEvents needs an object/,
  ],
  [
    'createPostgresRateLimiter of nothing',
    () => createPostgresRateLimiter(never(undefined)),
    /^createPostgresRateLimiter needs/,
  ],
  [
    'a rate limit in PostgreSQL with a misspelt window',
    () =>
      createPostgresRateLimiter(
        never({ pool: { query: () => {}, connect: () => {} }, points: 1, second: 1 }),
      ),
    /^unknown option "second" of createPostgresRateLimiter; write seconds;/,
  ],
  [
    'a rate limit in Redis without points',
    () => createRedisRateLimiter(never({ redis: {}, seconds: 1 })),
    /^points of createRedisRateLimiter must be a whole number of at least 1$/,
  ],
  [
    'createRedisEvents of nothing',
    () => createRedisEvents(never(undefined)),
    /^option redis of createRedisEvents must be/,
  ],
  [
    'createRedisEvents of an address',
    () => createRedisEvents(never({ redis: 'redis://x' })),
    /must be a client of ioredis/,
  ],
  [
    'createRedisRateLimiter without a client',
    () => createRedisRateLimiter(never({ points: 1, seconds: 1 })),
    /^option redis of createRedisRateLimiter/,
  ],
]

it.each(mistakes)('names the mistake and what to change: %s', (_, act, message) => {
  expect(act).toThrow(TypeError)
  expect(act).toThrow(message)
})

it('treats an optional adapter that is null as not given', async () => {
  const plane = createControlPlane({
    adapters: never({
      ...adapters,
      ...Object.fromEntries(
        ['runs', 'audit', 'features', 'prompts', 'resources', 'events'].map((name) => [name, null]),
      ),
    }),
  })
  const agent = await createAllvAgentApi(plane).asMember({
    workspaceId: 'ws_acme',
    memberId: 'mem_maria',
    via: 'test',
  })
  expect((await agent.callTool('deals.add', { a: 1, b: 2 })).status).toBe('completed')
})

it('treats a key that is no string as no key', async () => {
  const agent = createAllvAgentApi({ adapters })
  await expect(agent.withApiKey({ workspaceId: 'ws_acme', apiKey: never(undefined) })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  })
})

describe('a database', () => {
  it('is named with what to check when it cannot be reached by migrate', async () => {
    for (const connectionString of [
      'postgres://nobody:wrong@127.0.0.1:1/x',
      'postgres://nobody:wrong@localhost:1/x',
      'postgres://nobody:wrong@no-such-host.invalid/x',
    ]) {
      const unreachable = new pg.Pool({ connectionString, connectionTimeoutMillis: 5000 })
      await expect(migrate({ pool: unreachable })).rejects.toThrow(
        /^cannot connect to PostgreSQL \(.+\); check where option pool connects to, such as DATABASE_URL/,
      )
      await expect(migrate({ pool: unreachable })).rejects.toMatchObject({ cause: expect.anything() })
      await unreachable.end()
    }
  })

  it('gives the name of the function that makes the tables when they are missing', async () => {
    const failed = Object.assign(new Error('relation "allv_mcp.members" does not exist'), { code: '42P01' })
    const empty = { query: () => Promise.reject(failed), connect: () => Promise.reject(failed) }
    const made = createPostgresAdapters({
      pool: never(empty),
      events: never({ subscribe: () => () => {} }),
    })
    for (const ask of [
      () => made.members.findById({ workspaceId: 'ws', memberId: 'x' }),
      () => made.apiKeys.findByDigest({ digest: 'a'.repeat(64) }),
      () => made.runs.get({ workspaceId: 'ws', id: 'x' }),
      () => prune({ pool: never(empty), before: { runs: new Date() } }),
    ])
      await expect(ask()).rejects.toThrow(/tables of allv-mcp are missing .*members.*; run await migrate\(/)
  })

  it('is asked for in a sentence when it is left out', async () => {
    await expect(migrate(never(undefined))).rejects.toThrow(/needs an object/)
    await expect(migrate(never({}))).rejects.toThrow(/^option pool must be a Pool/)
    await expect(prune(never(undefined))).rejects.toThrow(/^prune needs an object/)
    await expect(prune(never({ pool }))).rejects.toThrow(/^option before of prune needs/)
  })
})

it('says at start-up that code generation is forbidden, and by what', async () => {
  const attempt = (make: string) =>
    promisify(execFile)(
      process.execPath,
      [
        '--disallow-code-generation-from-strings',
        '--input-type=module',
        '--eval',
        `import * as allv from './dist/index.js'
       import { createInMemoryAdapters } from './dist/testing/index.js'
       const adapters = createInMemoryAdapters()
       try { ${make}; console.log('nothing thrown') } catch (error) { console.log(error.name + ': ' + error.message) }`,
      ],
      { env: { ...process.env, NODE_OPTIONS: '' } },
    )
  const tool = `allv.defineTool({ name: 'one', description: 'x', input: { type: 'object' }, run: () => 'x' })`
  for (const make of [
    'allv.createAllvMcpRouter({ adapters })',
    'allv.createAllvAgentApi({ adapters })',
    tool,
  ]) {
    const { stdout } = await attempt(make)
    expect(stdout).toMatch(
      /^TypeError: .*forbids code generation from strings.*; start Node.js without --disallow/,
    )
  }
})
