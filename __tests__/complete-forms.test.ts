import { createAllvAgentApi, defineTool, visibleText } from 'allv-mcp'
import { modern, open, post, type Running, rpc, toolCall } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { TASKS_AND_FORM, taskClient } from './support/tasks.js'
import type { World } from './support/world.js'

/** A form shows every argument completely and visibly, or there is no form. */

const PAGE = 'https://app.example.com/approvals/1'
const begin = scenes()
const pay = defineTool({
  name: 'pay',
  description: 'Pays somebody.',
  input: { type: 'object' },
  approval: () => ({ verdict: 'member', ...said }),
  run: () => 'paid',
})
let said: { summary?: string } = {}
beforeEach(() => {
  said = {}
})
const start = ({ page = false } = {}) =>
  begin({
    rateLimit: false,
    approvalHoldMs: 0,
    tools: [pay],
    adapt: ({ approvals }) => (page ? { approvals: { ...approvals, url: async () => PAGE } } : {}),
  })

const FORM = { elicitation: { form: {} } }
const BOTH = { elicitation: { form: {}, url: {} } }
const YES = { action: 'accept', content: { decision: 'approve' } }
const call = async (running: Running, args: object, capabilities: object, over: object = {}) =>
  (await post(running, modern('tools/call', { name: 'pay', arguments: args, ...over }, capabilities))).json
const states = (world: World) => world.adapters.approvals.list().map(({ state }) => state)
const OVERHEAD = JSON.stringify({ note: '', to: 'attacker' }).length

/** What does not fit in a form. */
const TOO_LONG: readonly [string, object, string?][] = [
  ['a long text before what matters', { note: 'N'.repeat(2100), to: 'attacker' }],
  ['one character too many', { note: 'N'.repeat(2001 - OVERHEAD), to: 'attacker' }],
  ['many short values', Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`key${i}`, `value${i}`]))],
  ['a long list', { list: Array.from({ length: 1000 }, (_, i) => i), to: 'attacker' }],
  ['a long text deep within', { deep: [{ deeper: { text: 'N'.repeat(2000) } }], to: 'attacker' }],
  ['a long key', { ['k'.repeat(2100)]: 1, to: 'attacker' }],
  [
    'hidden characters that are long once they are written out',
    { note: '\u200b'.repeat(400), to: 'attacker' },
  ],
  ['quotes that are long once they are escaped', { note: '"'.repeat(1500), to: 'attacker' }],
  ['a summary that pushes the arguments out of sight', { to: 'attacker' }, 'S'.repeat(1001)],
  ['a summary of hidden characters', { to: 'attacker' }, '\u2066'.repeat(300)],
]

describe.each(TOO_LONG)('%s', (_, args, summary) => {
  beforeEach(() => {
    if (summary !== undefined) said = { summary }
  })

  it('is no form in 2026, but the page', async () => {
    const { running } = await start({ page: true })
    const { result } = await call(running, args, BOTH)
    expect(result.inputRequests.approval.params).toMatchObject({ mode: 'url', url: PAGE })
    expect(result.inputRequests.approval.params.message.length).toBeLessThan(4000)
  })

  it('is answered with what to do if there is no page, or the client shows none', async () => {
    for (const [page, capabilities] of [
      [false, BOTH],
      [false, FORM],
      [true, FORM],
    ] as const) {
      const { running } = await start({ page })
      const { result } = await call(running, args, capabilities)
      expect([result.isError, result._meta['ai.allv/code']]).toEqual([true, 'APPROVAL_PENDING'])
    }
  })

  it('is no form within a call of 2025', async () => {
    const { world, running } = await start()
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: FORM,
      clientInfo: { name: 't', version: '1' },
    }
    const session = (await post(running, { body: rpc('initialize', params) })).headers.get('mcp-session-id')
    const headers = { 'mcp-session-id': session ?? '', 'mcp-protocol-version': '2025-11-25' }
    const text = await (await open(running, { headers, body: toolCall('pay', args) })).text()
    expect(text).toContain('APPROVAL_PENDING')
    expect(text).not.toContain('elicitation/create')
    expect(states(world)).toEqual(['pending'])
  })

  it('is not asked in a task, and an unrequested answer approves nothing', async () => {
    const { world, running } = await start()
    const client = taskClient(running, TASKS_AND_FORM)
    const { taskId } = (await client.call('pay', args)).result
    expect((await client.get(taskId)).result.status).toBe('working')
    await client.update(taskId, { approval: YES })
    expect((await client.get(taskId)).result.status).toBe('working')
    expect(states(world)).toEqual(['pending'])
    expect(world.adapters.audit.events.filter(({ type }) => type === 'approval.decided')).toEqual([])
  })
})

it('approves nothing by an answer to a page', async () => {
  const { world, running } = await start({ page: true })
  const args = { note: 'N'.repeat(2100), to: 'attacker' }
  const { requestState } = (await call(running, args, BOTH)).result
  await call(running, args, BOTH, { requestState, inputResponses: { approval: YES } })
  expect(states(world)).toEqual(['pending'])
})

it('offers a form up to the last character that fits, and accepts its answer', async () => {
  const { running } = await start()
  const args = { note: 'N'.repeat(2000 - OVERHEAD), to: 'attacker' }
  said = { summary: 'S'.repeat(1000) }
  const { result } = await call(running, args, FORM)
  const { message, mode } = result.inputRequests.approval.params
  expect([mode, message]).toEqual(['form', `${'S'.repeat(1000)} Allow pay with ${JSON.stringify(args)}?`])
  const { requestState } = result
  const done = await call(running, args, FORM, { requestState, inputResponses: { approval: YES } })
  expect(done.result.content[0].text).toBe('paid')
})

/** Characters that are hidden, or change how the text around them is shown. */
const HIDING = [
  ...['\u202e', '\u2066', '\u2069', '\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u061c', '\u034f'],
  ...[
    '\u115f',
    '\u1160',
    '\u17b4',
    '\u180b',
    '\u180e',
    '\u2028',
    '\u2029',
    '\u2800',
    '\u3164',
    '\ufe0f',
    '\uffa0',
  ],
  ...['\u{e0100}', '\u{e0041}', '\u{1d173}', '\u0085', '\u007f'],
]
const asHex = (text: string) => [...text].map((character) => character.codePointAt(0)?.toString(16)).join(' ')

describe.each(HIDING.map((character) => [asHex(character), character]))(
  'the character %s',
  (_, character) => {
    it('is written out in the message of a form and of a page, in arguments, keys and summary', async () => {
      const args = { [`to${character}`]: `a${character}b` }
      said = { summary: `Pays${character} somebody.` }
      for (const [page, capabilities] of [
        [false, FORM],
        [true, { elicitation: { url: {} } }],
      ] as const) {
        const { running } = await start({ page })
        const { message } = (await call(running, args, capabilities)).result.inputRequests.approval.params
        expect(message).not.toContain(character)
        expect(message.split(visibleText(character))).toHaveLength(4)
        expect(visibleText(character)).toMatch(/^(\\u[0-9a-f]{4})+$/)
      }
    })
  },
)

it('writes them out in the -32042 error of 2025 too', async () => {
  const { running } = await start({ page: true })
  said = { summary: 'Pays \u202esomebody.' }
  const capabilities = { elicitation: { url: {} } }
  const params = { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 't', version: '1' } }
  const session = (await post(running, { body: rpc('initialize', params) })).headers.get('mcp-session-id')
  const headers = { 'mcp-session-id': session ?? '', 'mcp-protocol-version': '2025-11-25' }
  const { error } = (await post(running, { headers, body: toolCall('pay', {}) })).json
  expect(error?.data['elicitations']).toEqual([
    expect.objectContaining({ url: PAGE, message: 'Pays \\u202esomebody.' }),
  ])
})

describe('a verdict of the policy', () => {
  const verdict = (over: object) =>
    begin({
      rateLimit: false,
      approvalHoldMs: 0,
      adapt: () => ({
        policy: { evaluate: async () => ({ verdict: 'operator', ...over }) as never },
      }),
    })
  const DELETE = { body: toolCall('deals.delete', { dealId: 'd1' }) }

  it.each([
    [{ summary: 'a\u0000b' }, 'a\ufffdb'],
    [{ summary: 'a\ud800b' }, 'a\ufffdb'],
    [{ summary: 'x'.repeat(3000) }, 'x'.repeat(2000)],
    [{ summary: `${'x'.repeat(1999)}🚀` }, 'x'.repeat(1999)],
    [{ summary: 'two\nlines' }, 'two\nlines'],
    [{ summary: null }, null],
    [{}, null],
  ])('has its summary cleaned before it is stored: %j', async (over, summary) => {
    const { world, running } = await verdict(over)
    await post(running, DELETE)
    expect(world.adapters.approvals.list().map((approval) => approval.summary)).toEqual([summary])
    expect(world.failures).toEqual([])
  })

  it.each([
    ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1, -0.5, 2.6e15, 9e15, 1e300],
    ...['60000', true, [60_000], {}, new Date()],
  ])('is refused with a ttlMs of %p, and nothing is stored', async (ttlMs) => {
    const { world, running } = await verdict({ ttlMs })
    expect((await post(running, DELETE)).json.error?.data['code']).toBe('INTERNAL')
    expect(world.failures).toEqual([
      expect.objectContaining({ code: 'INTERNAL', error: expect.any(TypeError) }),
    ])
    expect(String(world.failures[0]?.error)).toContain('ttlMs')
    expect(world.adapters.approvals.list()).toEqual([])
  })

  it.each([
    [1, 1],
    [1234.5, 1235],
    [0.1, 1],
    [100 * 365 * 864e5, 100 * 365 * 864e5],
    [null, 864e5],
    [undefined, 864e5],
  ])('may say how long it is valid, in whole milliseconds: %p', async (ttlMs, kept) => {
    const { world, running } = await verdict({ ttlMs })
    await post(running, DELETE)
    const [approval] = world.adapters.approvals.list()
    expect((approval?.expiresAt.getTime() ?? 0) - (approval?.requestedAt.getTime() ?? 0)).toBe(kept)
  })

  it.each([5, {}, ['text'], true, () => 'text'])(
    'is refused with a summary of %p, and nothing is stored',
    async (summary) => {
      const { world, running } = await verdict({ summary })
      expect((await post(running, DELETE)).json.error?.data['code']).toBe('INTERNAL')
      expect(String(world.failures[0]?.error)).toContain('summary')
      expect(world.adapters.approvals.list()).toEqual([])
    },
  )

  it('leaves values that are no string out of a reason', async () => {
    const { world, running } = await verdict({ verdict: 'deny', reason: { secret: 1 } })
    const { result } = (await post(running, DELETE)).json
    expect(result.content[0].text).toBe('not run: the call was denied')
    expect(world.failures).toEqual([])
  })
})

it('waits for a decision longer than one timer can, and leaves nothing behind', async () => {
  const { world } = await begin({ approvalHoldMs: 0 })
  const agent = await createAllvAgentApi(world.options).asMember({
    workspaceId: 'ws_acme',
    memberId: 'mem_maria',
    via: 'test',
  })
  for (const timeoutMs of [30 * 864e5, 2 ** 31, Number.POSITIVE_INFINITY]) {
    await agent.callTool('deals.delete', { dealId: `d${timeoutMs}` })
    const [approval] = world.adapters.approvals.list()
    if (approval === undefined) throw new Error('nobody asked')
    const waiting = agent.waitForApproval(approval.id, { timeoutMs })
    await until(() => world.adapters.approvals.waiting() === 1)
    await world.adapters.approvals.decide({ id: approval.id, decision: 'deny', decidedBy: 'operator' })
    expect((await waiting)?.state).toBe('denied')
    expect(world.adapters.approvals.waiting()).toBe(0)
  }
})
