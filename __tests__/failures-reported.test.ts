import { setTimeout as pause } from 'node:timers/promises'
import {
  type AllvAgent,
  type AllvMcpOptions,
  createAllvAgentApi,
  createToolProvider,
  defineTool,
} from 'allv-mcp'
import { z } from 'zod'
import { failureLine } from '../lib/adapter-kit/failure-line.js'
import { post, rpc, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'
import { createWorld, KEYS, type World, type WorldOptions } from './support/world.js'

const scene = scenes()

async function agentOf(
  { options }: { readonly options: AllvMcpOptions },
  scopes?: readonly string[],
): Promise<AllvAgent> {
  const seat = { workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' }
  return createAllvAgentApi(options).asMember({ ...seat, ...(scopes === undefined ? {} : { scopes }) })
}

const tool = (name: string, run: () => unknown, over: object = {}) =>
  defineTool({
    name,
    description: 'A tool',
    input: z.object({}),
    run: async () => (await run()) as string,
    ...over,
  })

describe('an internal failure', () => {
  const throwing = tool('fails.always', () => {
    throw new Error('the database\nsaid "no"')
  })
  const printed: string[] = []
  const real = console.error
  beforeEach(() => {
    printed.length = 0
    console.error = (...args: unknown[]) => void printed.push(args.map(String).join(' '))
  })
  afterEach(() => {
    console.error = real
  })

  const withDefault = () => {
    const world = createWorld({ tools: [throwing] })
    const { onError: _, ...options } = world.options
    return { options: options as AllvMcpOptions }
  }

  it('is one line on console.error if the host gave no onError', async () => {
    const outcome = await (await agentOf(withDefault())).callTool('fails.always')
    expect(outcome).toMatchObject({ code: 'TOOL_FAILED' })
    expect(printed).toHaveLength(1)
    expect(printed[0]).toMatch(
      /^allv-mcp: TOOL_FAILED req_\S+ tool=fails\.always: Error: the database \| said "no" \| at /,
    )
    expect(printed[0]).not.toMatch(/[\r\n]/)
  })

  it('is reported to a function instead, and not at all with false', async () => {
    const reports: unknown[] = []
    for (const onError of [(...args: unknown[]) => void reports.push(args), false] as const)
      await (await agentOf({ options: { ...withDefault().options, onError } })).callTool('fails.always')
    expect(printed).toEqual([])
    expect(reports).toMatchObject([
      [{ message: 'the database\nsaid "no"' }, { code: 'TOOL_FAILED', tool: 'fails.always' }],
    ])
  })

  it('is not reported twice when the console fails', async () => {
    console.error = () => {
      throw new Error('no console')
    }
    expect(await (await agentOf(withDefault())).callTool('fails.always')).toMatchObject({
      code: 'TOOL_FAILED',
    })
  })
})

const report = { code: 'UNAVAILABLE', correlationId: 'req_1' } as const
const unspeakable = {
  toString() {
    throw new Error('no')
  },
}
it.each([
  ['a text', 'down', /: down$/],
  ['null', null, /: null$/],
  ['nothing', undefined, /: undefined$/],
  ['an object without text', Object.create(null), /cannot be put into words$/],
  ['an object that throws', unspeakable, /cannot be put into words$/],
  ['a cause', new Error('above', { cause: new Error('below') }), /Error: above .*caused by Error: below/],
  ['many', new AggregateError([new Error('one'), new Error('two')], 'all'), /all.*Error: one.*Error: two/],
  ['all kinds of line breaks', 'a\r\nb\u2028c\u2029d\u0007e\u202ef', /: a \| b \| c \| d\ufffde\ufffdf$/],
  ['half a character', 'x\ud83d', /: x\ufffd$/],
  ['without a stack', Object.assign(new Error('bare'), { stack: undefined }), /: Error: bare$/],
  ['the longest', 'a'.repeat(10_000_000), /^.{3000,4000}$/],
])('one line says of a failure, whatever was thrown: %s', (_, error, line) => {
  expect(failureLine(error, report)).toMatch(line)
  expect(failureLine(error, report)).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u)
})

it.each([
  `Authorization: Bearer ${KEYS.acme}`,
  '{"authorization":"Bearer abc.def"}',
  'x-api-key: HIDDEN',
  'connect postgres://app:HIDDEN@db.internal:5432/app',
  `key ${KEYS.acme} is unknown`,
  'token=HIDDEN&x=1',
  '"password": "HIDDEN"',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc was refused',
  'Basic dXNlcjpwYXNz',
  `id_${KEYS.acme}`,
  `next=%3D${KEYS.acme}`,
  'connect postgres://app:HID/DEN@HIDDEN@db.internal:5432/app',
  'headers ["x-api-key","HIDDEN"]',
  "headers [ 'Authorization', 'HIDDEN' ]",
])('leaves keys, tokens and passwords out of that line: %s', (text) => {
  for (const error of [text, new Error(text), new Error('x', { cause: new Error(text) })])
    expect(failureLine(error, report)).not.toMatch(/HIDDEN|sk_test|abc|eyJ|dXNl/)
})

describe('a fault that only the developer can fix is reported to onError', () => {
  it('with the name of a tool that exceeded its time limit', async () => {
    const slow = tool('slow.always', () => pause(200, 'late', { ref: false }), { timeoutMs: 20 })
    const world = createWorld({ tools: [slow] })
    expect(await (await agentOf(world)).callTool('slow.always')).toMatchObject({ code: 'TOOL_TIMED_OUT' })
    expect(world.failures).toMatchObject([
      { code: 'TOOL_TIMED_OUT', tool: 'slow.always', error: { message: expect.stringContaining('20 ms') } },
    ])
  })

  const down = async () => Promise.reject(new Error('down'))
  const silent = () => new Promise<never>(() => {})
  const memory = (over: object): WorldOptions => ({
    adapterTimeoutMs: 30,
    adapt: (adapters) => ({ memory: { ...adapters.memory, ...over } }),
  })
  it.each([
    ['agent.read_memory', { key: 'tone' }, memory({ read: down })],
    ['agent.read_memory', { key: 'tone' }, memory({ read: silent })],
    ['agent.read_memory', {}, memory({ list: down })],
    ['agent.update_memory', { key: 'tone', value: 'x' }, memory({ update: down })],
    ['agent.update_memory', { key: 'tone', value: 'x' }, memory({ update: silent })],
    [
      'agent.update_memory',
      { key: 'tone', value: 'x' },
      memory({
        update: () => {
          throw new Error('down')
        },
      }),
    ],
    [
      'agent.get_approval',
      { approvalId: 'a' },
      { adapt: ({ approvals }) => ({ approvals: { ...approvals, get: down } }) },
    ],
  ] as readonly (readonly [string, object, WorldOptions])[])(
    'once where an adapter behind %s %j is down or silent',
    async (name, args, options) => {
      const world = createWorld(options)
      expect(await (await agentOf(world)).callTool(name, args)).toMatchObject({ code: 'UNAVAILABLE' })
      expect(world.failures).toMatchObject([{ code: 'UNAVAILABLE' }])
    },
  )

  it('a wait that throws at once counts as an outage of wait, and the call polls instead', async () => {
    const wait = () => {
      throw new Error('no wait')
    }
    const approved = tool('needs.approval', () => 'done', { approval: 'operator' })
    const world = createWorld({
      tools: [approved],
      adapt: ({ approvals }) => ({ approvals: { ...approvals, wait } }),
    })
    expect(await (await agentOf(world)).callTool('needs.approval')).toMatchObject({
      status: 'pending_approval',
    })
    expect(world.failures.length).toBeGreaterThan(0)
    expect(new Set(world.failures.map(({ code }) => code))).toEqual(new Set(['UNAVAILABLE']))
  })
})

describe('a refusal that reads like "not found" has its reason in the audit log', () => {
  const tools = [
    tool('deals.write', () => 'w', { scopes: ['deals:write', 'memory:read', 'deals:all'] }),
    tool('deals.hidden', () => 'h', { visible: () => false }),
  ]
  const reasons = ({ adapters }: World) =>
    adapters.audit.events.flatMap(({ type, code, reason }) =>
      type === 'request.refused' ? [[code, reason]] : [],
    )
  const cases = [
    ['deals.write', 'scope_missing: deals:write deals:all'],
    ['deals_write', 'scope_missing: deals:write deals:all'],
    ['agent.update_memory', 'scope_missing: memory:write'],
    ['deals.hidden', 'not_visible'],
    ['deals_hidden', 'not_visible'],
    ['deals.nowhere', 'unknown_tool'],
  ] as const

  it.each(cases)('of a tool: %s', async (name, reason) => {
    const { world, running } = await scene({ tools })
    const { json, text } = await post(running, { key: 'acmeReader', body: toolCall(name) })
    const other = await post(running, { key: 'acmeReader', body: toolCall('another.name') })
    expect(json.error?.data['code']).toBe('TOOL_NOT_FOUND')
    const alike = (body: string) => body.replaceAll(/req_[\w-]+/g, 'req')
    expect(alike(text)).toBe(alike(other.text))
    expect(reasons(world)[0]).toEqual(['TOOL_NOT_FOUND', reason])
    expect(world.failures).toEqual([])
  })

  it('in process too, and the error does not contain it', async () => {
    const world = createWorld({ tools })
    const agent = await agentOf(world, ['memory:read'])
    const error = await agent.callTool('deals.write').catch((thrown: unknown) => thrown)
    expect(reasons(world)).toEqual([['TOOL_NOT_FOUND', 'scope_missing: deals:write deals:all']])
    expect(error).toMatchObject({ code: 'TOOL_NOT_FOUND', details: undefined })
    expect(JSON.stringify(Object.getOwnPropertyDescriptors(error))).not.toContain('scope_missing')
  })

  it('as far as the tools adapter can tell', async () => {
    const { list, call } = createToolProvider(tools)
    const world = createWorld({ adapt: () => ({ tools: { list, call } }) })
    const agent = await agentOf(world, [])
    for (const name of ['deals.hidden', 'deals.nowhere', 'deals.write'])
      await expect(agent.callTool(name)).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' })
    expect(reasons(world).map(([, reason]) => reason)).toEqual([
      'unknown_or_not_visible',
      'unknown_or_not_visible',
      'scope_missing: deals:write memory:read deals:all',
    ])
  })

  it('of memory and prompts', async () => {
    const { world, running } = await scene({
      adapt: () => ({
        prompts: {
          list: async () => [{ name: 'weekly', scopes: ['reports:read'] }],
          get: async () => ({ messages: [] }),
        },
      }),
    })
    const uri = 'allv://workspaces/ws_acme/memory/tone'
    for (const [method, params] of [
      ['resources/read', { uri }],
      ['resources/read', { uri: `${uri}s` }],
      ['prompts/get', { name: 'weekly' }],
      ['prompts/get', { name: 'daily' }],
    ] as const)
      await post(running, {
        key: method === 'resources/read' && params.uri !== uri ? 'acme' : 'acmeNoScopes',
        body: rpc(method, params),
      })
    expect(reasons(world)).toEqual([
      ['MEMORY_NOT_FOUND', 'scope_missing: memory:read'],
      ['MEMORY_NOT_FOUND', undefined],
      ['PROMPT_NOT_FOUND', 'scope_missing: reports:read'],
      ['PROMPT_NOT_FOUND', 'unknown_prompt'],
    ])
  })
})
