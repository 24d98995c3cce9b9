import { type CallOptions, createAllvAgentApi } from 'allv-mcp'
import { decideNewest } from './support/decisions.js'
import { type Ask, modern, open, post, rpc, toolCall } from './support/http.js'
import { type Scene, scenes, until } from './support/scene.js'
import { TASKS_AND_FORM, type TaskClient, taskClient } from './support/tasks.js'
import type { WorldOptions } from './support/world.js'

const start = scenes()
const DELETE = toolCall('deals.delete', { dealId: 'd1' })

/** What a run may be before it is over. */
const WAITING: ReadonlySet<string> = new Set(['pending_approval', 'input_required'])

interface Exit {
  readonly title: string
  readonly options?: WorldOptions
  /** Goes through the exit. */
  readonly leave: (scene: Scene) => Promise<unknown>
  /** Status and error code of each run, in order. */
  readonly runs: readonly (readonly [string, string | null])[]
}

const send = (ask: Ask) => (scene: Scene) => post(scene.running, ask)
const waiting = ({ world }: Scene) => until(() => world.adapters.approvals.waiting() === 1)
const begun = ({ world }: Scene) => until(() => world.adapters.runs.all().length === 1)
const ended = ({ world }: Scene) => until(() => world.adapters.runs.all()[0]?.endedAt !== null)
const cancel = { body: { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } } }

const asksIn = (round: object) =>
  modern('tools/call', { name: 'asks', arguments: {}, ...round }, { elicitation: { form: {} } })
const task =
  (
    go: (scene: Scene, client: TaskClient, taskId: string) => Promise<void>,
    tool = 'deals.delete',
    args: object = { dealId: 'd' },
  ) =>
  async (scene: Scene) => {
    const client = taskClient(scene.running, TASKS_AND_FORM)
    await go(scene, client, (await client.call(tool, args)).result.taskId)
  }
const agent =
  (name: string, args: object = {}, options: CallOptions = {}) =>
  async ({ world }: Scene) => {
    const api = createAllvAgentApi(world.options)
    const maria = await api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'inbox' })
    await maria.callTool(name, args, options).catch(() => {})
  }

const exits: readonly Exit[] = [
  {
    title: 'success',
    leave: send({ body: toolCall('deals.add', { a: 1, b: 2 }) }),
    runs: [['succeeded', null]],
  },
  {
    title: 'success in 2026',
    leave: send(modern('tools/call', { name: 'deals.add', arguments: { a: 1, b: 2 } })),
    runs: [['succeeded', null]],
  },
  { title: 'a polite failure', leave: send({ body: toolCall('fails') }), runs: [['failed', 'TOOL_FAILED']] },
  { title: 'a throw', leave: send({ body: toolCall('throws') }), runs: [['failed', 'TOOL_FAILED']] },
  { title: 'a timeout', leave: send({ body: toolCall('deaf') }), runs: [['timed_out', 'TOOL_TIMED_OUT']] },
  {
    title: 'an output that does not fit',
    options: {
      adapt: ({ tools }) => ({ tools: { list: tools.list, call: async () => ({ structuredContent: {} }) } }),
    },
    leave: send({ body: toolCall('deals.add', { a: 1, b: 2 }) }),
    runs: [['failed', 'TOOL_FAILED']],
  },
  {
    title: 'a cancellation of a running tool',
    leave: async (scene) => {
      const call = post(scene.running, { body: toolCall('slow', { ms: 400 }) })
      await begun(scene)
      await post(scene.running, cancel)
      await call
    },
    runs: [['cancelled', 'CANCELLED']],
  },
  {
    title: 'a cancellation while waiting for approval',
    options: { approvalHoldMs: 20_000 },
    leave: async (scene) => {
      const call = post(scene.running, { body: DELETE })
      await waiting(scene)
      await post(scene.running, cancel)
      await call
    },
    runs: [['cancelled', 'CANCELLED']],
  },
  {
    title: 'a disconnect in 2026',
    leave: async (scene) => {
      const gone = new AbortController()
      const call = open(scene.running, {
        ...modern('tools/call', { name: 'slow', arguments: { ms: 400 } }),
        signal: gone.signal,
      })
      await begun(scene)
      gone.abort()
      await call.catch(() => {})
      await ended(scene)
    },
    runs: [['cancelled', 'CANCELLED']],
  },
  {
    title: 'a disconnect in 2025, which changes nothing',
    leave: async (scene) => {
      const gone = new AbortController()
      const call = open(scene.running, { body: toolCall('slow', { ms: 150 }), signal: gone.signal })
      await begun(scene)
      gone.abort()
      await call.catch(() => {})
      await ended(scene)
    },
    runs: [['succeeded', null]],
  },
  {
    title: 'a denial by policy',
    leave: send({ body: toolCall('deals.forbidden') }),
    runs: [['denied', 'APPROVAL_DENIED']],
  },
  {
    title: 'a pending approval',
    leave: send({ body: DELETE }),
    runs: [['pending_approval', 'APPROVAL_PENDING']],
  },
  {
    title: 'a denial by a human',
    options: { approvalHoldMs: 20_000 },
    leave: async (scene) => {
      const call = post(scene.running, { body: DELETE })
      await waiting(scene)
      await decideNewest(scene.world, 'deny')
      await call
    },
    runs: [['denied', 'APPROVAL_DENIED']],
  },
  {
    title: 'an approval that expires while the call waits',
    options: { approvalHoldMs: 20_000, approvalTtlMs: 60 },
    leave: send({ body: DELETE }),
    runs: [['failed', 'APPROVAL_EXPIRED']],
  },
  {
    title: 'an approval, its execution and its replay',
    leave: async (scene) => {
      await post(scene.running, { body: DELETE })
      await decideNewest(scene.world, 'approve')
      await post(scene.running, { body: DELETE })
      await post(scene.running, { body: DELETE })
    },
    runs: [
      ['pending_approval', 'APPROVAL_PENDING'],
      ['succeeded', null],
      ['succeeded', null],
    ],
  },
  {
    title: 'a member who lost the right in between',
    options: { approvalHoldMs: 20_000 },
    leave: async (scene) => {
      const call = post(scene.running, { body: DELETE })
      await waiting(scene)
      scene.world.adapters.members.setActive('ws_acme', 'mem_maria', false)
      await decideNewest(scene.world, 'approve')
      await call
    },
    runs: [['failed', 'MEMBER_NOT_ALLOWED']],
  },
  {
    title: 'an approvals store that is down',
    options: {
      adapt: ({ approvals }) => ({
        approvals: { ...approvals, request: async () => Promise.reject(new Error('down')) },
      }),
    },
    leave: send({ body: DELETE }),
    runs: [['failed', 'UNAVAILABLE']],
  },
  {
    title: 'an approvals store with wrong answers',
    options: {
      adapt: ({ approvals }) => ({ approvals: { ...approvals, request: async () => ({}) as never } }),
    },
    leave: send({ body: DELETE }),
    runs: [['failed', 'INTERNAL']],
  },
  {
    title: 'settling that fails',
    options: {
      adapt: ({ approvals }) => ({
        approvals: { ...approvals, settle: async () => Promise.reject(new Error('down')) },
      }),
    },
    leave: async (scene) => {
      await post(scene.running, { body: DELETE })
      await decideNewest(scene.world, 'approve')
      await post(scene.running, { body: DELETE })
    },
    runs: [
      ['pending_approval', 'APPROVAL_PENDING'],
      ['succeeded', null],
    ],
  },
  {
    title: 'a question that no client can be asked',
    leave: send({ body: toolCall('asks') }),
    runs: [['failed', 'CLIENT_CAPABILITY_REQUIRED']],
  },
  {
    title: 'a question that goes to the client',
    leave: send(modern('tools/call', { name: 'asks', arguments: {} }, { elicitation: { form: {} } })),
    runs: [['input_required', null]],
  },
  {
    title: 'an idempotent repeat, which is the same run',
    leave: async (scene) => {
      const ask = { body: toolCall('deals.add', { a: 1, b: 2 }), headers: { 'idempotency-key': 'k' } }
      await post(scene.running, ask)
      await post(scene.running, ask)
    },
    runs: [['succeeded', null]],
  },
  {
    title: 'a batch, a run for each call',
    leave: send({ body: [1, 2].map((id) => ({ ...toolCall('fails'), id })) }),
    runs: [
      ['failed', 'TOOL_FAILED'],
      ['failed', 'TOOL_FAILED'],
    ],
  },
  {
    title: 'a question that is answered in the next round trip',
    leave: async ({ running }) => {
      const { requestState } = (await post(running, asksIn({}))).json.result
      const inputResponses = { color: { action: 'accept', content: { color: 'red' } } }
      await post(running, asksIn({ requestState, inputResponses }))
    },
    runs: [
      ['succeeded', null],
      ['succeeded', null],
    ],
  },
  {
    title: 'a question that is left unanswered, twice',
    leave: async ({ running }) => {
      const { requestState } = (await post(running, asksIn({}))).json.result
      await post(running, asksIn({ requestState, inputResponses: {} }))
      await post(running, asksIn({ requestState, inputResponses: {} }))
    },
    runs: [['input_required', null]],
  },
  {
    title: 'a task that is approved, and run by a poll',
    leave: task(async ({ world }, client, taskId) => {
      await decideNewest(world, 'approve')
      await client.until(taskId)
      await client.get(taskId)
    }),
    runs: [
      ['succeeded', null],
      ['succeeded', null],
    ],
  },
  {
    title: 'a task that is denied',
    leave: task(async ({ world }, client, taskId) => {
      await decideNewest(world, 'deny')
      await client.until(taskId)
      await client.get(taskId)
    }),
    runs: [['denied', 'APPROVAL_DENIED']],
  },
  {
    title: 'a task whose approval expires',
    options: { approvalTtlMs: 60 },
    leave: task(async (_, client, taskId) => void (await client.until(taskId))),
    runs: [['failed', 'APPROVAL_EXPIRED']],
  },
  {
    title: 'a task that is cancelled while it waits',
    leave: task(async (_, client, taskId) => {
      await client.cancel(taskId)
      await client.cancel(taskId)
      await client.get(taskId)
    }),
    runs: [
      ['cancelled', 'CANCELLED'],
      ['cancelled', 'CANCELLED'],
    ],
  },
  {
    title: 'a task that the member confirms in their client',
    leave: async ({ running }) => {
      const client = taskClient(running, TASKS_AND_FORM)
      const { taskId } = (await client.call('deals.confirm', { dealId: 'd' })).result
      await client.update(taskId, { approval: { action: 'accept', content: { decision: 'approve' } } })
      await client.until(taskId)
    },
    runs: [
      ['succeeded', null],
      ['succeeded', null],
    ],
  },
  {
    title: 'a task that asks while it runs',
    leave: task(
      async ({ world }, client, taskId) => {
        await decideNewest(world, 'approve')
        const { inputRequests } = await client.until(taskId, 'input_required')
        const [key = ''] = Object.keys(inputRequests)
        await client.update(taskId, { [key]: { action: 'accept', content: { color: 'red' } } })
        await client.until(taskId)
      },
      'asks.approved',
      {},
    ),
    runs: [
      ['succeeded', null],
      ['input_required', null],
      ['succeeded', null],
    ],
  },
  {
    title: 'a task whose process died',
    options: {
      adapt: ({ runs }) => ({
        runs: {
          ...runs,
          begin: (run) => runs.begin({ ...run, leaseMs: 1 }),
          end: async () => {},
          update: async () => false,
        },
      }),
    },
    leave: task(async (_, client, taskId) => {
      await client.until(taskId)
    }),
    runs: [['unknown', null]],
  },
  {
    title: 'success through the Agent API',
    leave: agent('deals.add', { a: 1, b: 2 }),
    runs: [['succeeded', null]],
  },
  { title: 'a failure through the Agent API', leave: agent('fails'), runs: [['failed', 'TOOL_FAILED']] },
  { title: 'a timeout through the Agent API', leave: agent('deaf'), runs: [['timed_out', 'TOOL_TIMED_OUT']] },
  {
    title: 'a denial through the Agent API',
    leave: agent('deals.forbidden'),
    runs: [['denied', 'APPROVAL_DENIED']],
  },
  {
    title: 'an approval through the Agent API, and its execution',
    leave: async (scene) => {
      await agent('deals.delete', { dealId: 'd' })(scene)
      await decideNewest(scene.world, 'approve')
      await agent('deals.delete', { dealId: 'd' })(scene)
    },
    runs: [
      ['pending_approval', 'APPROVAL_PENDING'],
      ['succeeded', null],
    ],
  },
  {
    title: 'a cancellation through the Agent API',
    leave: async (scene) => {
      const stop = new AbortController()
      const call = agent('slow', { ms: 400 }, { signal: stop.signal })(scene)
      await begun(scene)
      stop.abort()
      await call
    },
    runs: [['cancelled', 'CANCELLED']],
  },
  {
    title: 'questions through the Agent API, answered in the call',
    leave: agent(
      'asks',
      {},
      { onInput: async () => ({ color: { action: 'accept', content: { color: 'red' } } }) },
    ),
    runs: [['succeeded', null]],
  },
  {
    title: 'questions through the Agent API without an answer',
    leave: agent('asks', {}, { onInput: async () => null }),
    runs: [['failed', 'INPUT_NOT_GIVEN']],
  },
  { title: 'a call that never began', leave: send({ body: toolCall('deals.add', { a: 'x' }) }), runs: [] },
  { title: 'an unknown tool', leave: send({ body: toolCall('none') }), runs: [] },
  { title: 'reading and listing', leave: send({ body: rpc('tools/list') }), runs: [] },
]

it.each(exits)(
  'ends each run, with one start and one end in the audit log: $title',
  async ({ options, leave, runs }) => {
    const scene = await start(options ?? {})
    await leave(scene)
    const all = scene.world.adapters.runs.all()
    expect(all.map(({ status, errorCode }) => [status, errorCode])).toEqual(runs)
    for (const run of all) {
      const mine = scene.world.adapters.audit.events.filter(({ runId }) => runId === run.id)
      expect(mine.filter(({ type }) => type === 'run.started')).toHaveLength(1)
      const ends = mine.filter(({ type }) => type === 'run.ended').map(({ outcome }) => outcome)
      // A run that waited has one event for that and one for its end. A run whose process died has no other event.
      if (run.status !== 'unknown') expect([run.endedAt, ends.at(-1)]).toEqual([expect.any(Date), run.status])
      expect(ends.slice(0, -1).filter((outcome) => !WAITING.has(`${outcome}`))).toEqual([])
      expect(new Set(ends).size).toBe(ends.length)
      expect(mine.find(({ type }) => type === 'run.started')).toMatchObject({
        tool: run.tool,
        argumentsDigest: run.argumentsDigest,
        era: run.era,
        face: run.face,
        credentialKind: run.face === 'agent' ? 'host' : 'api-key',
      })
      if (run.approvalId !== null)
        expect(mine.some(({ approvalId }) => approvalId === run.approvalId)).toBe(true)
      const { memberId, credentialId, credentialKind, workspaceId } = run
      for (const event of mine)
        expect(event).toMatchObject({ memberId, credentialId, credentialKind, workspaceId })
    }
    const orphans = scene.world.adapters.audit.events.filter(
      ({ type, runId }) => type.startsWith('run.') && !all.some(({ id }) => id === runId),
    )
    expect(orphans).toEqual([])
  },
)
