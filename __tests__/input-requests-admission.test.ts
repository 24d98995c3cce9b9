import { ask, createAllvAgentApi, type MemberContext } from 'allv-mcp'
import { open, post, type Running, rpc, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'
import { createWorld, KEYS, type World, type WorldOptions } from './support/world.js'

/** A question within a call takes time. A call that is no longer allowed when the answer comes does not run. */

const start = scenes()
const ANSWER = { action: 'accept', content: { color: 'red' } }

const CHANGES = [
  [
    'its key is revoked',
    'UNAUTHENTICATED',
    (world: World) => world.adapters.apiKeys.revoke('key_acme', new Date(0)),
  ],
  [
    'its member is deactivated',
    'MEMBER_NOT_ALLOWED',
    (world: World) => world.adapters.members.setActive('ws_acme', 'mem_maria', false),
  ],
  [
    'the feature is switched off',
    'FEATURE_DISABLED',
    (world: World) => world.adapters.features.set('mcp_server_v1', 'ws_acme', false),
  ],
] as const

/** The frames of a stream, one after the other. */
async function* framesOf(response: Response) {
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    const frames = text.split('\n\n')
    text = frames.pop() ?? ''
    for (const frame of frames)
      if (frame.includes('data: ')) yield JSON.parse(frame.slice(frame.indexOf('data: ') + 6))
  }
}

/** Calls in 2025, and when the question comes, does `meanwhile` before it is answered. Gives the answer of the call. */
async function asked(running: Running, body: object, meanwhile: () => void) {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: { form: {} } },
    clientInfo: { name: 'test', version: '1' },
  }
  const { headers } = await post(running, { body: rpc('initialize', params) })
  const session = {
    'mcp-session-id': headers.get('mcp-session-id') ?? '',
    'mcp-protocol-version': '2025-11-25',
  }
  const frames = framesOf(await open(running, { headers: session, body }))
  const question = (await frames.next()).value
  // The answer is admitted, and on its way, when the change comes.
  const answer = post(running, {
    headers: session,
    body: { jsonrpc: '2.0', id: question.id, result: ANSWER },
  })
  await answer.then(meanwhile, meanwhile)
  return (await frames.next()).value
}

/** Nothing between the question and its answer is faster than the change. */
const slowly: WorldOptions = { approvalHoldMs: 10_000 }

describe.each(CHANGES)('when %s while the client is asked', (_, code, change) => {
  it('a tool that the Agent API called does not run again', async () => {
    const world = createWorld(slowly)
    const api = createAllvAgentApi(world.options)
    const agent = await api.withApiKey({
      workspaceId: 'ws_acme',
      apiKey: KEYS.acme,
      member: { id: 'mem_maria' },
    })
    const onInput = async () => {
      change(world)
      return { color: ANSWER }
    }
    await expect(agent.callTool('asks', {}, { onInput })).rejects.toMatchObject({ code })
    expect(world.executions).toEqual([])
    expect(world.adapters.runs.all()).toMatchObject([{ errorCode: code }])
  })

  it('a tool, a prompt and a resource called by a client of 2025 do not get the answer', async () => {
    const given: string[] = []
    const question = { inputRequests: { color: { method: 'elicitation/create', params: QUESTION } } } as const
    for (const [what, body] of BODIES) {
      // A wait before the answer is processed: the test is about admission, not about which is faster.
      const world = createWorld({
        ...slowly,
        adapt: () => ({
          events: delayedEvents(),
          prompts: {
            list: async () => [{ name: 'colorful' }],
            get: async (__, { answers }) => {
              if (answers === null) return ask(question)
              given.push(what)
              return { messages: [] }
            },
          },
          resources: {
            list: async () => [],
            read: async (__, { answers, uri }) => {
              if (answers === null) return ask(question)
              given.push(what)
              return [{ uri, text: 'x' }]
            },
          },
        }),
      })
      const { running } = await start(world)
      const answer = await asked(running, body, () => void change(world))
      expect([what, answer.error?.data.code]).toEqual([what, code])
      expect(world.executions).toEqual([])
    }
    expect(given).toEqual([])
  })
})

it('a tool, a prompt and a resource continue with the member as it is when the answer comes', async () => {
  const seen: unknown[] = []
  const note = <T>({ member }: MemberContext, answers: unknown, value: T) => {
    if (answers === null)
      return ask({ inputRequests: { color: { method: 'elicitation/create', params: QUESTION } } })
    seen.push(member.roles)
    return value
  }
  for (const [, body] of BODIES) {
    const world = createWorld({
      ...slowly,
      adapt: ({ tools }) => ({
        events: delayedEvents(),
        tools: { list: tools.list, call: async (context, { answers }) => note(context, answers, {}) },
        prompts: {
          list: async () => [{ name: 'colorful' }],
          get: async (context, { answers }) => note(context, answers, { messages: [] }),
        },
        resources: {
          list: async () => [],
          read: async (context, { answers, uri }) => note(context, answers, [{ uri, text: 'x' }]),
        },
      }),
    })
    const { running } = await start(world)
    const { members } = world.adapters
    const maria = await members.findById({ workspaceId: 'ws_acme', memberId: 'mem_maria' })
    if (maria === null) throw new Error('maria is a member')
    const answer = await asked(running, body, () => members.add({ ...maria, roles: ['promoted'] }))
    expect(answer.error).toBeUndefined()
  }
  expect(seen).toEqual(BODIES.map(() => ['promoted']))
})

const QUESTION = {
  message: 'Which color?',
  requestedSchema: { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] },
}
const BODIES = [
  ['tool', toolCall('asks')],
  ['prompt', rpc('prompts/get', { name: 'colorful' })],
  ['resource', rpc('resources/read', { uri: 'app://colorful' })],
] as const

/** Delivers an answer only after the request that brought it has been answered itself. */
function delayedEvents() {
  const listeners = new Set<(event: never) => void>()
  return {
    publish: async (event: unknown) => {
      setTimeout(() => {
        for (const listener of [...listeners]) listener(event as never)
      }, 100)
    },
    subscribe: (listener: (event: never) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
