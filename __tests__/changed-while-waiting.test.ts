import { type ApprovalVerdict, ask, createAllvAgentApi, defineTool, type ToolDefinition } from 'allv-mcp'
import { listen, modern, open, post, rpc, toolCall } from './support/http.js'
import { createRuleWorld, type Rule, type RuleScene, WAYS } from './support/rule-ways.js'
import { type Scene, scenes } from './support/scene.js'
import { TASKS_AND_FORM, taskClient } from './support/tasks.js'
import { QUESTION } from './support/tools.js'

/** A change while a call waits ends the call with an answer that says what to do, and never as a fault. */

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const CHANGES: readonly [string, Partial<ToolDefinition>][] = [
  ['title', { title: 'Pay twice' }],
  ['description', { description: 'Pays an amount. Twice.' }],
  ['hints', { annotations: { destructiveHint: true } }],
]

describe.each(WAYS.map((way) => [way.title, way] as const))('%s', (_, way) => {
  it.each(CHANGES)(
    'ends with the advice to repeat the call when the tool has another %s by then',
    async (__, change) => {
      let now: Partial<ToolDefinition> = {}
      const rule: Rule = { says: () => ({ verdict: way.approver }) }
      const made = createRuleWorld(rule, {
        approvalHoldMs: way.holdMs,
        adapt: ({ tools }) => ({
          tools: {
            call: tools.call,
            list: async (context) =>
              (await tools.list(context)).map((tool) => (tool.name === 'pay' ? { ...tool, ...now } : tool)),
          },
        }),
      })
      const running = await listen(made.world)
      closers.push(made.close, () => running.close())
      const scene: RuleScene = { ...made, rule, running }
      const waiting = await way.begin(scene)
      const [before] = await scene.list()
      now = change
      if (way.approver === 'operator')
        await scene.approvals.decide({ id: before?.id ?? '', decision: 'approve', decidedBy: 'operator' })
      const outcome = await waiting.finish()
      expect(['APPROVAL_EXPIRED', 'APPROVAL_PENDING']).toContain(outcome)
      expect([scene.world.failures, scene.world.executions]).toEqual([[], []])
      if (way.title.includes('task')) return
      // Asked again: with the wait method that holds, the next call waits for a decision.
      const again = waiting.again()
      const asked = await untilNew(scene, before?.id)
      if (way.approver === 'operator')
        await scene.approvals.decide({ id: asked.id, decision: 'approve', decidedBy: 'operator' })
      if ((await again) !== 'ran') expect(await waiting.again()).toBe('ran')
      expect(scene.world.failures).toEqual([])
      expect(scene.world.executions).toHaveLength(1)
    },
  )
})

async function untilNew({ list }: RuleScene, before: string | undefined) {
  for (let tries = 0; tries < 2000; tries += 1) {
    const asked = (await list()).find(({ id }) => id !== before)
    if (asked !== undefined) return asked
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('nobody asked again')
}

describe('a tool that asked its client in an approved run', () => {
  const begin = scenes()
  const FORM = { elicitation: { form: {} } }
  const answers = { color: { action: 'accept', content: { color: 'red' } } }
  const KEYED = { _meta: { 'ai.allv/idempotencyKey': 'k1' } }
  let verdict: () => ApprovalVerdict = () => ({ verdict: 'operator' })
  let change: Partial<ToolDefinition> = {}
  let ran = 0
  const paint = defineTool({
    name: 'paint',
    description: 'Asks for a color.',
    input: { type: 'object' },
    approval: () => verdict(),
    run: (_, { answers: given }) => {
      if (given === null) return ask({ inputRequests: { color: QUESTION } })
      ran += 1
      return 'painted'
    },
  })
  const start = async () => {
    ran = 0
    change = {}
    verdict = () => ({ verdict: 'operator' })
    return begin({
      rateLimit: false,
      approvalHoldMs: 10_000,
      tools: [paint],
      adapt: ({ tools }) => ({
        tools: {
          call: tools.call,
          list: async (context) =>
            (await tools.list(context)).map((tool) =>
              tool.name === 'paint' ? { ...tool, ...change } : tool,
            ),
        },
      }),
    })
  }
  const approve = async ({ world }: Scene) => {
    for (;;) {
      const [pending] = world.adapters.approvals.list({ state: 'pending' })
      if (pending !== undefined)
        return world.adapters.approvals.decide({ id: pending.id, decision: 'approve', decidedBy: 'operator' })
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const only = ({ world }: Scene) => world.adapters.approvals.list().map(({ state }) => state)

  const changes: readonly [string, () => void, string][] = [
    [
      'the rule denies it',
      () => (verdict = () => ({ verdict: 'deny', reason: 'closed' })),
      'APPROVAL_DENIED',
    ],
    ['the rule wants the member', () => (verdict = () => ({ verdict: 'member' })), 'APPROVAL_EXPIRED'],
    ['the tool was redefined', () => (change = { title: 'Other' }), 'APPROVAL_EXPIRED'],
  ]

  it.each(changes)(
    'does not continue in 2026 when %s, and the approval has ended',
    async (_, happen, code) => {
      for (const over of [{}, KEYED]) {
        const scene = await start()
        const call = async (more: object = {}) => {
          const request = modern('tools/call', { name: 'paint', arguments: {}, ...over, ...more }, FORM)
          return (await post(scene.running, request)).json
        }
        const first = call()
        await approve(scene)
        const { requestState } = (await first).result
        happen()
        const { result } = await call({ requestState, inputResponses: answers })
        expect(result._meta['ai.allv/code']).toBe(code)
        expect([ran, only(scene), scene.world.failures]).toEqual([0, ['settled'], []])
        verdict = () => ({ verdict: 'allow' })
        change = {}
        const asked = (await call()).result
        // With its key, a denied call stays denied; one that is to be repeated begins anew.
        if (code === 'APPROVAL_DENIED' && over === KEYED)
          expect(asked._meta['ai.allv/code']).toBe('APPROVAL_DENIED')
        else expect(asked.resultType).toBe('input_required')
      }
    },
  )

  it.each(changes)('does not continue as a task when %s', async (_, happen, code) => {
    const scene = await start()
    const client = taskClient(scene.running, TASKS_AND_FORM)
    const { taskId } = (await client.call('paint')).result
    await approve(scene)
    expect((await client.until(taskId, 'input_required')).status).toBe('input_required')
    happen()
    await client.update(taskId, { '1.color': answers.color })
    expect((await client.until(taskId)).result._meta['ai.allv/code']).toBe(code)
    expect([ran, only(scene), scene.world.failures]).toEqual([0, ['settled'], []])
  })

  it.each(changes)('does not continue within the call when %s', async (_, happen, code) => {
    const scene = await start()
    const api = createAllvAgentApi(scene.world.options)
    const agent = await api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' })
    const calling = agent
      .callTool(
        'paint',
        {},
        {
          onInput: async () => {
            happen()
            return answers
          },
        },
      )
      .catch((error: unknown) => error)
    await approve(scene)
    expect(await calling).toMatchObject({ code })
    expect([ran, only(scene), scene.world.failures]).toEqual([0, ['settled'], []])
  })

  it.each(changes.slice(0, 2))(
    'does not continue without an approval either when %s',
    async (_, happen, code) => {
      const scene = await start()
      verdict = () => ({ verdict: 'allow' })
      const capabilities = { elicitation: {} }
      const params = { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 't', version: '1' } }
      const session = (await post(scene.running, { body: rpc('initialize', params) })).headers.get(
        'mcp-session-id',
      )
      const headers = { 'mcp-session-id': session ?? '', 'mcp-protocol-version': '2025-11-25' }
      const stream = await open(scene.running, { headers, body: toolCall('paint') })
      let text = ''
      let answered = false
      for await (const chunk of stream.body ?? []) {
        text += Buffer.from(chunk).toString()
        const id = /"id":"(ask_[^"]+)"/.exec(text)?.[1]
        if (id === undefined || answered) continue
        answered = true
        happen()
        await post(scene.running, { headers, body: { jsonrpc: '2.0', id, result: answers.color } })
      }
      expect([text.includes(code), ran]).toEqual([true, 0])
    },
  )

  it('stays as it is while the policy cannot be asked', async () => {
    const scene = await start()
    const call = async (more: object = {}) =>
      (await post(scene.running, modern('tools/call', { name: 'paint', arguments: {}, ...more }, FORM))).json
    const first = call()
    await approve(scene)
    const { requestState } = (await first).result
    verdict = () => {
      throw new Error('the rule is down')
    }
    expect((await call({ requestState, inputResponses: answers })).error?.data['code']).toBe('UNAVAILABLE')
    expect([ran, only(scene)]).toEqual([0, ['executing']])
  })
})
