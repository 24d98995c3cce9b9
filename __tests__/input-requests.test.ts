import { createInProcessEvents } from 'allv-mcp'
import { decideNewest } from './support/decisions.js'
import {
  type Ask,
  type JsonRpc,
  listen,
  modern,
  open,
  post,
  type Running,
  rpc,
  toolCall,
} from './support/http.js'
import { createWorld, type World, type WorldOptions } from './support/world.js'

let world: World
let running: Running

async function start(options: WorldOptions = {}): Promise<void> {
  world = createWorld(options)
  running = await listen(world)
}
afterEach(() => running.close())

const FORM = { elicitation: { form: {} } }
const asks = (over: Record<string, unknown> = {}, name = 'asks') =>
  modern('tools/call', { name, arguments: {}, ...over }, FORM)
const answers = { color: { action: 'accept', content: { color: 'red' } } }
const ask = async (request: Partial<Ask>) => (await post(running, request)).json
const stateOf = async (name = 'asks') => (await ask(asks({}, name))).result.requestState as string

describe('in 2026', () => {
  it('come as input_required, and the retry runs the tool with the answers', async () => {
    await start()
    const { result } = await ask(asks())
    expect(result).toMatchObject({
      resultType: 'input_required',
      inputRequests: { color: { method: 'elicitation/create' } },
      requestState: expect.any(String),
    })
    expect(result).not.toHaveProperty('ttlMs')
    const retry = await ask(asks({ requestState: result.requestState, inputResponses: answers }))
    expect(JSON.parse(retry.result.content[0].text)).toEqual({
      args: { what: 'car' },
      answers,
      state: { step: 1 },
    })
    expect(world.adapters.runs.all().map(({ status }) => status)).toEqual(['succeeded', 'succeeded'])
    expect(world.executions).toHaveLength(1)
  })

  it('are asked again when an answer is missing or does not fit, and nothing runs', async () => {
    await start()
    const requestState = await stateOf()
    for (const inputResponses of [
      {},
      { other: answers.color },
      { color: { action: 'accept', content: { color: 5 } } },
      { color: { action: 'accept' } },
    ]) {
      const { result } = await ask(asks({ requestState, inputResponses }))
      expect([result.resultType, Object.keys(result.inputRequests)]).toEqual(['input_required', ['color']])
    }
    expect(world.executions).toEqual([])
    expect((await ask(asks({ requestState, inputResponses: answers }))).result.resultType).toBe('complete')
  })

  it('treat a decline and a cancel as answers', async () => {
    await start()
    for (const action of ['decline', 'cancel']) {
      const { result } = await ask(
        asks({ requestState: await stateOf(), inputResponses: { color: { action } } }),
      )
      expect(JSON.parse(result.content[0].text).answers).toEqual({ color: { action } })
    }
  })

  it('refuse an invalid answer', async () => {
    await start()
    const requestState = await stateOf()
    for (const color of ['red', null, {}, { action: 'maybe' }, []]) {
      expect((await ask(asks({ requestState, inputResponses: { color } }))).error?.code).toBe(-32602)
    }
  })

  it('refuse a state that is forged, of another member, key, tool or arguments, or used before', async () => {
    await start()
    const requestState = await stateOf()
    const flipped = requestState.replace(/.(?=.{5}$)/, (c) => (c === 'A' ? 'B' : 'A'))
    const cases: readonly Partial<Ask>[] = [
      asks({ requestState: flipped, inputResponses: answers }),
      asks({ requestState: 'x', inputResponses: answers }),
      asks({ requestState: 5, inputResponses: answers }),
      { ...asks({ requestState, inputResponses: answers }), member: 'omar@acme.test' },
      { ...asks({ requestState, inputResponses: answers }), key: 'acmeReader' },
      asks({ requestState, inputResponses: answers, arguments: { what: 'house' } }),
      modern(
        'tools/call',
        { name: 'deals.add', arguments: { a: 1, b: 1 }, requestState, inputResponses: answers },
        FORM,
      ),
    ]
    for (const request of cases)
      expect((await ask(request)).error).toMatchObject({
        code: -32602,
        data: { code: 'REQUEST_STATE_INVALID' },
      })
    expect(world.executions).toEqual([])
  })

  it('run once when answered twice, also at once, and replay the outcome', async () => {
    await start()
    const request = asks({ requestState: await stateOf(), inputResponses: answers })
    const results = await Promise.all(Array.from({ length: 10 }, () => ask(request)))
    results.push(await ask(request))
    expect(new Set(results.map(({ result }) => result.content[0].text)).size).toBe(1)
    expect(world.executions).toHaveLength(1)
  })

  it('run once without a runs adapter, too', async () => {
    await start()
    const { runs: _, ...adapters } = world.adapters
    const { createAllvMcpRouter } = await import('allv-mcp')
    await running.close()
    running = await listen({ ...world, router: () => createAllvMcpRouter({ ...world.options, adapters }) })
    const request = asks({ requestState: await stateOf(), inputResponses: answers })
    const results = await Promise.all([ask(request), ask(request)])
    expect(results.map(({ error }) => error?.data['code'] ?? 'ran').sort()).toEqual([
      'REQUEST_STATE_INVALID',
      'ran',
    ])
    expect(world.executions).toHaveLength(1)
  })

  it('keep the approval over several round trips: approved once, run once, settled', async () => {
    await start()
    const name = 'asks.approved'
    expect((await ask(asks({}, name))).result._meta['ai.allv/code']).toBe('APPROVAL_PENDING')
    await decideNewest(world)
    const requestState = await stateOf(name)
    const request = asks({ requestState, inputResponses: answers }, name)
    const results = await Promise.all([ask(request), ask(request)])
    expect(results.map(({ result }) => result.content[0].text)).toEqual([
      'asked and approved',
      'asked and approved',
    ])
    expect(world.executions).toHaveLength(1)
    expect(world.adapters.approvals.list()[0]).toMatchObject({
      state: 'settled',
      outcome: { status: 'succeeded' },
    })
    expect((await ask(asks({}, name))).result.content[0].text).toBe('asked and approved')
    expect(world.executions).toHaveLength(1)
  })

  it('are refused at once with the required capabilities, when the client declared none', async () => {
    await start()
    const answer = await post(running, modern('tools/call', { name: 'asks' }))
    expect([answer.status, answer.json.error?.code, answer.json.error?.data['requiredCapabilities']]).toEqual(
      [400, -32021, { elicitation: { form: {} } }],
    )
    const url = await post(running, modern('tools/call', { name: 'asks' }, { elicitation: { url: {} } }))
    expect(url.json.error?.code).toBe(-32021)
  })
})

describe('in 2025', () => {
  const initialize = async (capabilities: object, as: Partial<Ask> = {}) => {
    const params = { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'test', version: '1' } }
    const { headers } = await post(running, { ...as, body: rpc('initialize', params) })
    return headers.get('mcp-session-id')
  }
  const inSession = (session: string | null, version = '2025-11-25') => ({
    'mcp-session-id': session ?? '',
    'mcp-protocol-version': version,
  })

  /** Calls the tool and answers what it asks, as `answerer`. */
  async function callAndAnswer(
    headers: Record<string, string>,
    response: object,
    answerer: Partial<Ask> = {},
  ): Promise<JsonRpc[]> {
    const stream = await open(running, { body: toolCall('asks'), headers })
    const messages: JsonRpc[] = []
    for await (const chunk of stream.body ?? []) {
      for (const line of Buffer.from(chunk).toString().split('\n')) {
        if (!line.startsWith('data: ')) continue
        const message: JsonRpc = JSON.parse(line.slice(6))
        messages.push(message)
        if (message.method !== undefined)
          await post(running, { ...answerer, headers, body: { jsonrpc: '2.0', id: message.id, ...response } })
      }
    }
    return messages
  }

  it('are sent on the stream of the call, and another POST brings the answer', async () => {
    await start()
    const session = await initialize({ elicitation: {} })
    const messages = await callAndAnswer(inSession(session), { result: answers.color })
    expect(messages[0]).toMatchObject({
      method: 'elicitation/create',
      id: expect.stringMatching(/^ask_/),
      params: { mode: 'form', message: 'Which color?' },
    })
    expect(JSON.parse(messages[1]?.result.content[0].text).answers).toEqual(answers)
    const older = await callAndAnswer(inSession(session, '2025-06-18'), { result: answers.color })
    expect(older[0]?.params).not.toHaveProperty('mode')
  })

  it('find the waiting call on another node', async () => {
    const events = createInProcessEvents()
    await start({ adapt: () => ({ events }) })
    const other = createWorld({ adapt: () => ({ events }) })
    const node = await listen(other)
    const session = await initialize({ elicitation: {} })
    const first = running
    const stream = await open(first, { body: toolCall('asks'), headers: inSession(session) })
    let text = ''
    for await (const chunk of stream.body ?? []) {
      text += Buffer.from(chunk).toString()
      const id = /"id":"(ask_[^"]+)"/.exec(text)?.[1]
      if (id !== undefined && !text.includes('"result"'))
        await post(node, { headers: inSession(session), body: { jsonrpc: '2.0', id, result: answers.color } })
    }
    expect(text).toContain('red')
    await node.close()
  })

  it('do not accept the answer of another member, and end in time', async () => {
    await start({ approvalHoldMs: 150 })
    const session = await initialize({ elicitation: {} })
    const stream = await open(running, { body: toolCall('asks'), headers: inSession(session) })
    let text = ''
    for await (const chunk of stream.body ?? []) {
      text += Buffer.from(chunk).toString()
      const id = /"id":"(ask_[^"]+)"/.exec(text)?.[1]
      if (id !== undefined && !text.includes('"result"')) {
        await post(running, { member: 'omar@acme.test', body: { jsonrpc: '2.0', id, result: answers.color } })
      }
    }
    expect(text).toContain('INPUT_NOT_GIVEN')
    expect(world.executions).toEqual([])
  })

  it('do not accept an answer to another question', async () => {
    await start({ approvalHoldMs: 150 })
    const session = await initialize({ elicitation: {} })
    const call = ask({ body: toolCall('asks'), headers: inSession(session) })
    for (let i = 0; i < 10; i += 1) {
      await post(running, {
        headers: inSession(session),
        body: { jsonrpc: '2.0', id: 'ask_other', result: answers.color },
      })
    }
    expect((await call).result._meta['ai.allv/code']).toBe('INPUT_NOT_GIVEN')
  })

  it('treat an error, or an invalid answer, as no answer', async () => {
    await start()
    const session = await initialize({ elicitation: {} })
    for (const response of [
      { error: { code: -1, message: 'no' } },
      { result: { action: 'accept', content: {} } },
      { result: { yes: true } },
    ]) {
      const messages = await callAndAnswer(inSession(session), response)
      expect(messages.at(-1)?.result._meta['ai.allv/code']).toBe('INPUT_NOT_GIVEN')
    }
    expect(world.executions).toEqual([])
  })

  it.each([
    ['without a session', async () => ({})],
    ['when nothing was declared', async () => inSession(await initialize({}))],
    ['when only URLs were declared', async () => inSession(await initialize({ elicitation: { url: {} } }))],
    [
      'when no stream is taken',
      async () => ({ ...inSession(await initialize({ elicitation: {} })), accept: 'application/json' }),
    ],
  ] as const)('are a clear tool error at once %s', async (_, headers) => {
    await start()
    const { result } = await ask({ body: toolCall('asks'), headers: await headers() })
    expect([result.isError, result._meta['ai.allv/code']]).toEqual([true, 'CLIENT_CAPABILITY_REQUIRED'])
  })

  describe('a sealed session', () => {
    it('is made with a secret, and works on any node that has the same secret', async () => {
      await start()
      const session = await initialize({ elicitation: {} })
      expect(session).toMatch(/^[!-~]+$/)
      const node = await listen(createWorld())
      expect((await post(node, { headers: inSession(session) })).status).toBe(200)
      await node.close()
      const rotated = await listen(
        createWorld({
          secret: ['a new secret, of more than 32 characters', 'a secret that only these tests have'],
        }),
      )
      expect((await post(rotated, { headers: inSession(session) })).status).toBe(200)
      await rotated.close()
    })

    it('is 404 for another member, another key, a forgery, and after its secret was removed', async () => {
      await start()
      const session = await initialize({ elicitation: {} })
      const headers = inSession(session)
      for (const as of [
        { member: 'omar@acme.test' },
        { key: 'acmeReader' as const },
        { headers: inSession(`${session}x`) },
        { headers: inSession('forged') },
      ]) {
        const answer = await post(running, { headers, ...as })
        expect([answer.status, answer.json.error?.data['code']]).toEqual([404, 'SESSION_NOT_FOUND'])
      }
      const gone = await listen(createWorld({ secret: 'a new secret, of more than 32 characters' }))
      expect((await post(gone, { headers })).status).toBe(404)
      await gone.close()
    })

    it('is neither made nor read without a secret', async () => {
      world = createWorld()
      const { secret: _, ...options } = world.options
      const { createAllvMcpRouter } = await import('allv-mcp')
      running = await listen({ ...world, router: () => createAllvMcpRouter(options) })
      expect(await initialize({ elicitation: {} })).toBeNull()
      expect((await post(running, { headers: inSession('anything') })).status).toBe(200)
    })
  })
})
