import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema, UrlElicitationRequiredError } from '@modelcontextprotocol/sdk/types.js'
import { type Ask, modern, open, post, type Running, rpc, toolCall } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { KEYS, type World, type WorldOptions } from './support/world.js'

/** Each wait method, with a client that declares just the capability for it. */

const PAGE = 'https://app.example.com/approvals/1'
const begin = scenes()
const start = ({ adapt, ...options }: WorldOptions = {}) =>
  begin({
    rateLimit: false,
    adapt: (adapters) => ({
      approvals: { ...adapters.approvals, url: async () => PAGE },
      ...adapt?.(adapters),
    }),
    ...options,
  })

const only = (world: World) => {
  const [approval, ...others] = world.adapters.approvals.list()
  expect(others).toEqual([])
  if (approval === undefined) throw new Error('nobody asked for an approval')
  return approval
}
const decide = (world: World, decision: 'approve' | 'deny' = 'approve') =>
  world.adapters.approvals.decide({ id: only(world).id, decision, decidedBy: 'operator' })
const presented = (world: World) =>
  world.adapters.audit.events.flatMap(({ type, channel }) => (type === 'approval.presented' ? [channel] : []))
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const URL_ONLY = { elicitation: { url: {} } }
const FORM = { elicitation: { form: {} } }
const call2026 = async (running: Running, name: string, capabilities: object, over: object = {}) =>
  (await post(running, modern('tools/call', { name, arguments: { dealId: 'd1' }, ...over }, capabilities)))
    .json

describe('2026 with addresses', () => {
  const reply = (requestState: string, action: string) => ({
    requestState,
    inputResponses: { approval: { action } },
  })

  it('is asked to show the page, waits for the decision in its retry, and gets the result', async () => {
    const { world, running } = await start({ approvalHoldMs: 20_000 })
    const { result } = await call2026(running, 'deals.delete', URL_ONLY)
    expect(result).toMatchObject({
      resultType: 'input_required',
      inputRequests: {
        approval: {
          method: 'elicitation/create',
          params: { mode: 'url', url: PAGE, message: expect.stringContaining('{"dealId":"d1"}') },
        },
      },
      requestState: expect.any(String),
    })
    const retry = call2026(running, 'deals.delete', URL_ONLY, reply(result.requestState, 'accept'))
    await until(() => world.adapters.approvals.waiting() === 1)
    await decide(world)
    expect((await retry).result.content[0].text).toBe('deleted d1')
    expect(world.executions).toHaveLength(1)
    expect(presented(world)).toEqual(['url'])
    expect(world.adapters.runs.all().map(({ status }) => status)).toEqual(['succeeded', 'succeeded'])
  })

  it('is asked again while there is no decision, and told what to do when it does not want to wait', async () => {
    const { world, running } = await start({ approvalHoldMs: 20 })
    const first = (await call2026(running, 'deals.delete', URL_ONLY)).result.requestState
    const second = (await call2026(running, 'deals.delete', URL_ONLY, reply(first, 'accept'))).result
    expect(second.resultType).toBe('input_required')
    for (const action of ['decline', 'cancel']) {
      const { result } = await call2026(running, 'deals.delete', URL_ONLY, reply(second.requestState, action))
      expect([result.isError, result._meta['ai.allv/code'], result.content[0].text]).toEqual([
        true,
        'APPROVAL_PENDING',
        expect.stringContaining(`decide it at ${PAGE}`),
      ])
    }
    expect(only(world).state).toBe('pending')
  })

  it('has its state refused after it was used, and gets the outcome without it', async () => {
    const { world, running } = await start()
    const { requestState } = (await call2026(running, 'deals.delete', URL_ONLY)).result
    await decide(world)
    const retry = () => call2026(running, 'deals.delete', URL_ONLY, reply(requestState, 'accept'))
    expect((await retry()).result.content[0].text).toBe('deleted d1')
    expect((await retry()).error).toMatchObject({ code: -32602, data: { code: 'REQUEST_STATE_INVALID' } })
    expect((await call2026(running, 'deals.delete', URL_ONLY)).result.content[0].text).toBe('deleted d1')
    expect(world.executions).toHaveLength(1)
  })

  it('runs with the v2 client, which answers and retries by itself', async () => {
    const { world, running } = await start({ approvalHoldMs: 20_000 })
    const shown: unknown[] = []
    const client = await modernClient(running, URL_ONLY)
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      shown.push(params)
      setTimeout(() => void decide(world), 50)
      return { action: 'accept' }
    })
    const result = await client.callTool({ name: 'deals_delete', arguments: { dealId: 'd1' } })
    expect(result.content).toEqual([{ type: 'text', text: 'deleted d1' }])
    expect(shown).toEqual([expect.objectContaining({ mode: 'url', url: PAGE })])
    expect(world.executions).toHaveLength(1)
  })
})

describe('2026 with forms', () => {
  it('confirms an approval of the member with the v2 client by itself, and it is recorded', async () => {
    const { world, running } = await start({ approvalHoldMs: 20_000 })
    const client = await modernClient(running, FORM)
    client.setRequestHandler('elicitation/create', async () => ({
      action: 'accept',
      content: { decision: 'approve' },
    }))
    const result = await client.callTool({ name: 'deals_confirm', arguments: { dealId: 'd1' } })
    expect(result.content).toEqual([{ type: 'text', text: 'confirmed d1' }])
    expect(only(world)).toMatchObject({ decidedBy: 'mem_maria', channel: 'elicitation', state: 'settled' })
    const decided = world.adapters.audit.events.find(({ type }) => type === 'approval.decided')
    expect(decided).toMatchObject({ decidedBy: 'mem_maria', channel: 'elicitation', outcome: 'approved' })
  })

  it.each([
    ['declines', { action: 'decline' }, 'APPROVAL_DENIED', 'denied'],
    ['chooses deny', { action: 'accept', content: { decision: 'deny' } }, 'APPROVAL_DENIED', 'denied'],
    ['closes it', { action: 'cancel' }, 'APPROVAL_PENDING', 'pending'],
  ])('runs nothing when the member %s', async (_, approval, code, state) => {
    const { world, running } = await start({ approvalHoldMs: 20 })
    const { requestState } = (await call2026(running, 'deals.confirm', FORM)).result
    const { result } = await call2026(running, 'deals.confirm', FORM, {
      requestState,
      inputResponses: { approval },
    })
    expect([result.isError, result._meta['ai.allv/code'], only(world).state]).toEqual([true, code, state])
    expect(world.executions).toEqual([])
  })

  it('holds a call with an operator approval, because a form cannot prove the consent of another person', async () => {
    const { world, running } = await start({ approvalHoldMs: 20 })
    const { result } = await call2026(running, 'deals.delete', FORM)
    expect(result._meta['ai.allv/code']).toBe('APPROVAL_PENDING')
    const forged = { inputResponses: { approval: { action: 'accept', content: { decision: 'approve' } } } }
    await call2026(running, 'deals.delete', FORM, forged)
    expect(only(world).state).toBe('pending')
  })
})

describe('2025 with addresses', () => {
  it('gets -32042 with the page, shown by the v1 client, and runs when the call is repeated', async () => {
    const { world, running } = await start({ approvalHoldMs: 200 })
    const client = await legacyClient(running, URL_ONLY)
    const call = () => client.callTool({ name: 'deals_delete', arguments: { dealId: 'd1' } })
    const refusal = await call().catch((error: unknown) => error)
    if (!(refusal instanceof UrlElicitationRequiredError)) throw refusal
    expect(refusal.elicitations).toEqual([
      { mode: 'url', url: PAGE, elicitationId: only(world).id, message: expect.any(String) },
    ])
    const repeat = call()
    await until(() => world.adapters.approvals.waiting() === 1)
    await decide(world)
    expect((await repeat).content).toEqual([{ type: 'text', text: 'deleted d1' }])
    expect(world.executions).toHaveLength(1)
    expect(world.adapters.runs.all()[0]).toMatchObject({ status: 'pending_approval' })
  })

  it('is held before it gets the address again', async () => {
    const { running } = await start({ approvalHoldMs: 150 })
    const client = await legacyClient(running, URL_ONLY)
    const call = () => client.callTool({ name: 'deals_delete', arguments: { dealId: 'd1' } })
    await expect(call()).rejects.toMatchObject({ code: -32042 })
    const before = performance.now()
    await expect(call()).rejects.toMatchObject({ code: -32042 })
    expect(performance.now() - before).toBeGreaterThan(140)
  })

  it('never reaches clients of 2026, of 2025-06-18, or without a session', async () => {
    const { running } = await start({ approvalHoldMs: 0 })
    expect((await call2026(running, 'deals.delete', {})).result._meta['ai.allv/code']).toBe(
      'APPROVAL_PENDING',
    )
    const session = await sessionOf(running, URL_ONLY, '2025-06-18')
    const answers = [
      await post(running, { body: toolCall('deals.delete', { dealId: 'd1' }) }),
      await post(running, { headers: session, body: toolCall('deals.delete', { dealId: 'd1' }) }),
    ]
    for (const { json } of answers) expect(json.result._meta['ai.allv/code']).toBe('APPROVAL_PENDING')
  })
})

describe('2025 with forms', () => {
  it('asks within the call, with the v1 client', async () => {
    const { world, running } = await start({ approvalHoldMs: 20_000 })
    const client = await legacyClient(running, FORM)
    const asked: unknown[] = []
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      asked.push(params)
      return { action: 'accept', content: { decision: 'approve' } }
    })
    const result = await client.callTool({ name: 'deals_confirm', arguments: { dealId: 'd1' } })
    expect(result.content).toEqual([{ type: 'text', text: 'confirmed d1' }])
    expect(asked).toEqual([expect.objectContaining({ mode: 'form' })])
    expect(only(world)).toMatchObject({ decidedBy: 'mem_maria', channel: 'elicitation' })
    expect(presented(world)).toEqual(['form'])
  })

  it('answers as pending in time when the client never answers', async () => {
    const { world, running } = await start({ approvalHoldMs: 100 })
    const client = await legacyClient(running, FORM)
    client.setRequestHandler(ElicitRequestSchema, () => new Promise(() => {}))
    const result = await client.callTool({ name: 'deals_confirm', arguments: { dealId: 'd1' } })
    expect(result._meta?.['ai.allv/code']).toBe('APPROVAL_PENDING')
    expect(only(world).state).toBe('pending')
    expect(world.adapters.approvals.waiting()).toBe(0)
  })

  it('stops asking when the decision is made elsewhere, and tells the client', async () => {
    const { world, running } = await start({ approvalHoldMs: 20_000 })
    const headers = await sessionOf(running, FORM)
    const stream = await open(running, { headers, body: toolCall('deals.confirm', { dealId: 'd1' }) })
    let text = ''
    for await (const chunk of stream.body ?? []) {
      text += Buffer.from(chunk).toString()
      if (text.includes('elicitation/create') && only(world).state === 'pending') await decide(world)
    }
    expect(text).toContain('confirmed d1')
    expect(text).toMatch(/notifications\/cancelled.*ask_/)
  })

  it('answers at once when the member closes the form', async () => {
    const { running } = await start({ approvalHoldMs: 20_000 })
    const client = await legacyClient(running, FORM)
    client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'cancel' }))
    const result = await client.callTool({ name: 'deals_confirm', arguments: { dealId: 'd1' } })
    expect(result._meta?.['ai.allv/code']).toBe('APPROVAL_PENDING')
  })
})

it('shows no address that is not safe to open', async () => {
  for (const url of [
    'http://app.example.com/approvals',
    'https://maria:secret@app.example.com/',
    'javascript:alert(1)',
    'ftp://app.example.com/',
    'nowhere',
  ]) {
    const { running } = await start({
      approvalHoldMs: 0,
      adapt: ({ approvals }) => ({ approvals: { ...approvals, url: async () => url } }),
    })
    const { result } = await call2026(running, 'deals.delete', URL_ONLY)
    expect([url, result._meta['ai.allv/code'], JSON.stringify(result).includes(url)]).toEqual([
      url,
      'APPROVAL_PENDING',
      false,
    ])
  }
})

async function modernClient(running: Running, capabilities: object): Promise<ModernClient> {
  const client = new ModernClient(
    { name: 'v2', version: '1' },
    { capabilities, versionNegotiation: { mode: { pin: '2026-07-28' } } },
  )
  await client.connect(new ModernTransport(new URL(running.endpoint()), { requestInit: headersOf() }))
  closers.push(() => client.close())
  return client
}

async function legacyClient(running: Running, capabilities: object): Promise<Client> {
  const client = new Client({ name: 'v1', version: '1' }, { capabilities })
  const transport = new StreamableHTTPClientTransport(new URL(running.endpoint()), {
    requestInit: headersOf(),
  })
  await client.connect(transport as Parameters<Client['connect']>[0])
  closers.push(() => client.close())
  return client
}

const headersOf = () => ({ headers: { 'x-api-key': KEYS.acme, 'x-allv-user-email': 'maria@acme.test' } })

async function sessionOf(
  running: Running,
  capabilities: object,
  protocolVersion = '2025-11-25',
): Promise<NonNullable<Ask['headers']>> {
  const params = { protocolVersion, capabilities, clientInfo: { name: 'test', version: '1' } }
  const { headers } = await post(running, { body: rpc('initialize', params) })
  return { 'mcp-session-id': headers.get('mcp-session-id') ?? '', 'mcp-protocol-version': protocolVersion }
}
