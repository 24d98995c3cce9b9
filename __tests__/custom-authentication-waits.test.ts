import { createInProcessEvents } from 'allv-mcp'
import { as, customHosts, type Host, MARIA, OK, said } from './support/custom-host.js'
import { decideNewest } from './support/decisions.js'
import { modern, open, post, rpc, toolCall } from './support/http.js'
import { type Scene, until } from './support/scene.js'
import { taskClient } from './support/tasks.js'
import { textUntil } from './support/text-until.js'

/** What outlives a request of a caller whom the host knows: approvals, streams, sessions. */

const host = customHosts()

/** Starts a call that waits for an operator. */
async function waiting(scene: Host) {
  const answered = post(scene.running, as('maria', { body: toolCall('deals.delete', { dealId: 'd_1' }) }))
  const { approvals } = scene.world.adapters
  await until(() => approvals.list().length > 0)
  const id = approvals.list()[0]?.id ?? ''
  return { answered, approve: () => approvals.decide({ id, decision: 'approve', decidedBy: 'op_1' }) }
}
const patient = { approvalHoldMs: 20_000 } as const

it('runs an approved call of a caller who is still known', async () => {
  const scene = await host({}, patient)
  const { answered, approve } = await waiting(scene)
  await approve()
  expect((await answered).text).toContain('deleted d_1')
  const [first, last] = [scene.asked[0], scene.asked.at(-1)]
  expect(scene.asked.length).toBeGreaterThan(1)
  expect(last).toEqual(first)
})

it.each<[string, unknown, string]>([
  ['a session that has ended', null, 'UNAUTHENTICATED'],
  ['a session that expired', { ...MARIA, expiresAt: new Date(0) }, 'UNAUTHENTICATED'],
  [
    'a session of another workspace',
    { ...MARIA, workspaceId: 'ws_globex', members: ['mem_lin'] },
    'UNAUTHENTICATED',
  ],
  ['another member', { ...MARIA, members: ['mem_omar'] }, 'MEMBER_NOT_ALLOWED'],
  ['another caller', { ...MARIA, id: 'session_other' }, 'MEMBER_NOT_ALLOWED'],
  ['an outage', () => Promise.reject(new Error('down')), 'UNAVAILABLE'],
])('runs nothing if its caller changed while the call waited: %s', async (_, later, code) => {
  const scene = await host({}, patient)
  const { answered, approve } = await waiting(scene)
  scene.sessions.set('maria', later)
  await approve()
  expect((await answered).text).toContain(code)
  expect(scene.world.executions.filter(({ tool }) => tool === 'deals.delete')).toEqual([])
})

const LISTEN = modern('subscriptions/listen', { notifications: { toolsListChanged: true } })
const endOf = ({ world }: Scene) =>
  world.adapters.audit.events.findLast(({ type }) => type === 'stream.closed')?.outcome

it('ends a listen stream when its principal ends', async () => {
  const scene = await host()
  scene.sessions.set('maria', { ...MARIA, expiresAt: new Date(Date.now() + 1000) })
  const { status, text } = await post(scene.running, as('maria', LISTEN))
  expect([status, text.includes('"resultType":"complete"')]).toEqual([200, true])
  expect(endOf(scene)).toBe('credential ended')
})

it('sends nothing more to a stream whose session has ended', async () => {
  const events = createInProcessEvents()
  const scene = await host({}, { adapt: () => ({ events }) })
  const response = await open(scene.running, as('maria', LISTEN))
  const text = response.text()
  await until(() => scene.world.adapters.audit.events.some(({ type }) => type === 'stream.opened'))
  scene.sessions.set('maria', null)
  await events.publish({ type: 'tools_changed', workspaceId: 'ws_acme', memberId: null })
  expect(await text).not.toContain('list_changed')
  expect(endOf(scene)).toBe('refused')
})

it('ends only the stream of the session that has ended, if two of one caller follow a task', async () => {
  const scene = await host()
  const tasks = taskClient(scene.running)
  scene.sessions.set('second', MARIA)
  const { taskId } = (await tasks.call('deals.delete', { dealId: 'd_1' }, as('maria'))).result
  const capabilities = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
  const request = modern('subscriptions/listen', { notifications: { taskIds: [taskId] } }, capabilities)
  const [ended, kept] = await Promise.all(
    ['maria', 'second'].map(async (cookie) => {
      const response = await open(scene.running, as(cookie, request))
      return response.body?.pipeThrough(new TextDecoderStream()).getReader()
    }),
  )
  for (const stream of [ended, kept]) await textUntil(stream, '"status":"working"')
  scene.sessions.set('maria', null)
  await decideNewest(scene.world)
  expect(await textUntil(ended, '"resultType":"complete"')).not.toContain('deleted d_1')
  expect(await textUntil(kept, 'deleted d_1')).toContain('"status":"completed"')
  await kept?.cancel()
})

it('keeps sessions, limits and idempotency keys of a key and of a principal with the same id apart', async () => {
  const scene = await host({}, { rateLimit: { points: 3, seconds: 60 } })
  scene.sessions.set('maria', { ...MARIA, id: 'key_acmeBound' })
  const initialize = rpc('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'c', version: '1' },
  })
  const opened = await post(scene.running, as('maria', { body: initialize }))
  const headers = {
    'mcp-session-id': opened.headers.get('mcp-session-id') ?? '',
    'mcp-protocol-version': '2025-11-25',
  }
  const byKey = { key: 'acmeBound', member: null, headers } as const
  expect(said(await post(scene.running, byKey))).toEqual([404, 'SESSION_NOT_FOUND', null])
  expect(said(await post(scene.running, as('maria', { headers })))).toEqual(OK)
  expect(said(await post(scene.running, as('maria', { headers })))).toEqual(OK)
  expect(said(await post(scene.running, as('maria', { headers })))[1]).toBe('RATE_LIMITED')
  expect(said(await post(scene.running, { ...byKey, headers: {} }))).toEqual(OK)
})
