import { createPostgresAdapters, type PostgresAdapters } from 'allv-mcp/postgres'
import { type ClockNode, startNode } from '../support/clocks.js'
import { openPostgres } from '../support/databases.js'
import { modern, rpc, toolCall } from '../support/http.js'

/** Nodes whose clocks are an hour slow, right, and an hour fast, on one database: each fact is judged by the clock that wrote it. */

const HOUR = 60 * 60_000
const postgres = await openPostgres()
const FORM = { elicitation: { form: {} } }
const TASKS = { ...FORM, extensions: { 'io.modelcontextprotocol/tasks': {} } }
const color = { color: { action: 'accept', content: { color: 'red' } } }

it('runs if PostgreSQL answers', () => {
  expect(postgres === null || URL.canParse(postgres.url)).toBe(true)
})

if (postgres !== null) {
  const stores: PostgresAdapters = createPostgresAdapters({
    pool: postgres.node(),
    schema: postgres.schema,
  })
  let nodes: readonly ClockNode[] = []
  let key = ''
  const workspaceId = 'ws_acme'
  const issue = async (over: { expiresAt?: Date } = {}) => {
    const wanted = { workspaceId, name: 'k', scopes: ['*'], members: 'any', ...over } as const
    const { id, key: secret } = await stores.apiKeys.create(wanted)
    return { id, secret: secret ?? '' }
  }
  /** What a tool call is answered on each node. */
  const statuses = (secret: string) =>
    Promise.all(nodes.map(async (node) => (await node.post(secret, { body: toolCall('now') })).status))
  /** Every pair: made on the first, used on the second. */
  const pairs = () => nodes.flatMap((made) => nodes.map((used) => [made, used] as const))
  const named = (made: ClockNode, used: ClockNode) => `${made.name} -> ${used.name}`

  beforeAll(async () => {
    const { memory, members } = stores
    await members.put({ id: 'mem_maria', workspaceId, email: 'maria@acme.test', active: true })
    for (const name of ['a', 'b', 'c']) await memory.put(workspaceId, { key: name, text: name })
    key = (await issue()).secret
    nodes = await Promise.all(
      [-HOUR, 0, HOUR].map((offset) => startNode(postgres, `${offset / HOUR} h`, offset)),
    )
  }, 60_000)
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()))
    await stores.events.close()
    await postgres.close()
  })

  it('runs nodes with different clocks', async () => {
    const times = await Promise.all(
      nodes.map(
        async (node) => (await node.post(key, { body: toolCall('now') })).json.result.content[0].text,
      ),
    )
    const [slow = 0, right = 0, fast = 0] = times.map(Number)
    expect(right - slow).toBeGreaterThan(HOUR / 2)
    expect(fast - right).toBeGreaterThan(HOUR / 2)
  })

  it('ends a revoked key at once on every node, and one that is revoked later, later', async () => {
    const [now, later] = [await issue(), await issue()]
    expect(await statuses(now.secret)).toEqual([200, 200, 200])
    await stores.apiKeys.revoke({ workspaceId, id: now.id })
    await stores.apiKeys.revoke({ workspaceId, id: later.id, at: new Date(Date.now() + 20 * 60_000) })
    expect(await statuses(now.secret)).toEqual([401, 401, 401])
    expect(await statuses(later.secret)).toEqual([200, 200, 200])
  })

  it('accepts a key with 20 minutes left on every node, and an expired one on none', async () => {
    const good = await issue({ expiresAt: new Date(Date.now() + 20 * 60_000) })
    const over = await issue({ expiresAt: new Date(Date.now() - 20 * 60_000) })
    const last = await issue({ expiresAt: new Date('9999-12-31T23:59:59.999Z') })
    expect(await statuses(good.secret)).toEqual([200, 200, 200])
    expect(await statuses(over.secret)).toEqual([401, 401, 401])
    expect(await statuses(last.secret)).toEqual([200, 200, 200])
    expect(await stores.apiKeys.rotate({ workspaceId, id: over.id })).toBeNull()
  })

  it('ends a rotated key after its overlap, on every node', async () => {
    for (const [overlapMs, status] of [
      [0, 401],
      [20 * 60_000, 200],
    ] as const) {
      const old = await issue()
      const next = await stores.apiKeys.rotate({ workspaceId, id: old.id, overlapMs })
      expect(await statuses(old.secret)).toEqual([status, status, status])
      expect(await statuses(next?.key ?? '')).toEqual([200, 200, 200])
    }
  })

  it('accepts the answer to a form on any node, whichever node sent the form', async () => {
    for (const [made, used] of pairs()) {
      for (const [name, given, text] of [
        ['wipe', { approval: { action: 'accept', content: { decision: 'approve' } } }, 'wiped'],
        ['paint', color, 'red'],
      ] as const) {
        const { secret } = await issue()
        const params = { name, arguments: { of: crypto.randomUUID() } }
        const { result } = (await made.post(secret, modern('tools/call', params, FORM))).json
        expect([named(made, used), result.resultType]).toEqual([named(made, used), 'input_required'])
        const answered = { ...params, requestState: result.requestState, inputResponses: given }
        const { json } = await used.post(secret, modern('tools/call', answered, FORM))
        expect([named(made, used), json.result?.content?.[0]?.text ?? json.error]).toEqual([
          named(made, used),
          text,
        ])
      }
    }
  }, 60_000)

  it('accepts a session and a cursor on any node, whichever node made them', async () => {
    for (const [made, used] of pairs()) {
      const initialize = rpc('initialize', {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'test', version: '1' },
      })
      const id = (await made.post(key, { body: initialize })).headers.get('mcp-session-id') ?? ''
      const headers = { 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' }
      const first = await used.post(key, { headers, body: rpc('resources/list') })
      const cursor = first.json.result?.nextCursor
      const second = await made.post(key, { headers, body: rpc('resources/list', { cursor }) })
      expect([named(made, used), first.status, second.status]).toEqual([named(made, used), 200, 200])
      expect(second.json.result.resources[0].uri).toMatch(/b$/)
    }
  })

  it('continues a task on any node, whichever node sent its questions', async () => {
    for (const [made, used] of pairs()) {
      const call = modern('tools/call', { name: 'draw', arguments: {} }, TASKS)
      const { taskId } = (await made.post(key, call)).json.result
      const get = async () => (await used.post(key, modern('tasks/get', { taskId }, TASKS))).json.result
      const until = async (status: string) => {
        for (let found = await get(); ; found = await get()) if (found.status === status) return found
      }
      const { inputRequests } = await until('input_required')
      const [name = ''] = Object.keys(inputRequests)
      await used.post(key, modern('tasks/update', { taskId, inputResponses: { [name]: color.color } }, TASKS))
      expect((await until('completed')).result.content[0].text).toBe('red')
    }
  }, 60_000)

  it('runs an approved call on any node, whichever node requested the approval', async () => {
    for (const [made, used] of pairs()) {
      const { secret } = await issue()
      const headers = { 'idempotency-key': crypto.randomUUID() }
      expect((await made.post(secret, { headers, body: toolCall('ship') })).text).toContain(
        'APPROVAL_PENDING',
      )
      const { approvals } = await stores.approvals.list({ workspaceId, state: 'pending', tool: 'ship' })
      await stores.approvals.decide({
        id: approvals[0]?.id ?? '',
        decision: 'approve',
        decidedBy: 'operator',
      })
      expect((await used.post(secret, { headers, body: toolCall('ship') })).text).toContain('shipped')
    }
  })
}
