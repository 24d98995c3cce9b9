import type { Approval } from 'allv-mcp'
import { listen, post, type Running, toolCall } from './support/http.js'
import { until } from './support/scene.js'
import { createWorld, type World, type WorldOptions } from './support/world.js'

let world: World
let running: Running

async function start(options: WorldOptions = {}): Promise<void> {
  world = createWorld(options)
  running = await listen(world)
}
afterEach(() => running.close())

const DELETE = { body: toolCall('deals.delete', { dealId: 'd1' }) }
const only = () => {
  const [approval, ...others] = world.adapters.approvals.list()
  expect(others).toEqual([])
  return approval as Approval
}
const decide = (decision: 'approve' | 'deny', reason?: string, decidedBy = 'operator') =>
  world.adapters.approvals.decide({
    id: only().id,
    decision,
    decidedBy,
    ...(reason === undefined ? {} : { reason }),
  })
const call = async (ask: object = DELETE) => (await post(running, ask)).json.result
const codeOf = (result: { _meta: Record<string, unknown> }) => result._meta['ai.allv/code']

it('answers that the call is pending: which call, where to decide, until when, and what to do', async () => {
  await start()
  const result = await call()
  const { id, expiresAt } = only()
  expect(result).toEqual({
    isError: true,
    content: [
      {
        type: 'text',
        text: expect.stringContaining(`approval ${id} is pending until ${expiresAt.toISOString()}`),
      },
    ],
    _meta: {
      'ai.allv/code': 'APPROVAL_PENDING',
      'ai.allv/runId': expect.stringMatching(/^run_/),
      'ai.allv/approval': {
        approvalId: id,
        state: 'pending',
        approver: 'operator',
        expiresAt: expiresAt.toISOString(),
      },
    },
  })
  expect(result.content[0].text).toContain('repeat this call with the same arguments')
  expect(world.executions).toEqual([])
})

it('gives the address of the page for decisions if the host has one', async () => {
  const urls: Record<string, () => Promise<string | null>> = {
    'https://app.example.com/approvals': async () => 'https://app.example.com/approvals',
    none: async () => null,
    script: async () => 'javascript:alert(1)',
    broken: async () => Promise.reject(new Error('down')),
  }
  for (const [name, url] of Object.entries(urls)) {
    await start({ adapt: ({ approvals }) => ({ approvals: { ...approvals, url } }) })
    const { content, _meta: meta } = await call()
    const given = name.startsWith('https') ? name : undefined
    expect(content[0].text).toContain(
      given === undefined ? 'to decide it in the app' : `to decide it at ${given}`,
    )
    expect(meta['ai.allv/approval'].url).toBe(given)
    await running.close()
  }
  await start()
})

it('joins the pending approval when the call is repeated, and runs once after it is approved', async () => {
  await start()
  await call()
  await call()
  await decide('approve')
  expect((await call()).content).toEqual([{ type: 'text', text: 'deleted d1' }])
  expect(world.executions).toHaveLength(1)
  const replay = await call()
  expect(replay.content[0].text).toBe('deleted d1')
  expect(replay.content[1].text).toMatch(/already ran at 20/)
  expect(replay._meta['ai.allv/replayOf']).toEqual({
    runId: world.executions[0]?.runId,
    endedAt: expect.any(String),
  })
  expect(world.executions).toHaveLength(1)
})

it('ends the wait when the decision is made', async () => {
  await start({ approvalHoldMs: 20_000 })
  const waiting = call()
  await until(() => world.adapters.approvals.waiting() === 1)
  await decide('approve')
  expect((await waiting).content[0].text).toBe('deleted d1')
  expect(world.adapters.approvals.waiting()).toBe(0)
})

it('makes one approval of 200 concurrent calls, executes once, and gives all the same outcome', async () => {
  await start({ approvalHoldMs: 20_000, rateLimit: false })
  const calls = Promise.all(Array.from({ length: 200 }, () => call()))
  await until(() => world.adapters.approvals.waiting() === 200)
  await decide('approve')
  const results = await calls
  expect(world.executions).toHaveLength(1)
  expect(new Set(results.map(({ content }) => content[0].text))).toEqual(new Set(['deleted d1']))
  expect(world.adapters.runs.all().map(({ status }) => status)).toEqual(Array(200).fill('succeeded'))
})

it('answers a denial with its reason, and does not ask again for a while', async () => {
  await start()
  await call()
  await decide('deny', 'too big')
  const denied = await call()
  expect(codeOf(denied)).toBe('APPROVAL_DENIED')
  expect(denied.content[0].text).toContain('too big')
  expect(only().state).toBe('denied')
  expect(world.executions).toEqual([])
})

it('is denied by the policy without a request for approval', async () => {
  await start()
  const denied = await call({ body: toolCall('deals.forbidden') })
  expect([codeOf(denied), denied.content[0].text]).toEqual([
    'APPROVAL_DENIED',
    expect.stringContaining('not on Fridays'),
  ])
  expect(world.adapters.approvals.list()).toEqual([])
})

it('treats changed arguments, and another idempotency key, as another call', async () => {
  await start()
  await call()
  await decide('approve')
  await call({ body: toolCall('deals.delete', { dealId: 'd2' }) })
  await call({ ...DELETE, headers: { 'idempotency-key': 'again' } })
  expect(world.executions).toEqual([])
  expect(world.adapters.approvals.list().map(({ state }) => state)).toEqual([
    'pending',
    'pending',
    'approved',
  ])
})

it('treats the same arguments in another order as the same call', async () => {
  await start({
    adapt: () => ({ policy: { evaluate: async () => ({ verdict: 'operator' }) } }),
  })
  await call({ body: toolCall('deals.add', { a: 1, b: 2 }) })
  await call({
    body: '{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"arguments":{"b":2,"a":1},"name":"deals_add"}}',
  })
  expect(only().state).toBe('pending')
})

it('expires, decided or not, and then asks for a new approval', async () => {
  const evaluate = async () => ({ verdict: 'operator', ttlMs: 80 }) as const
  await start({ approvalHoldMs: 0, adapt: () => ({ policy: { evaluate } }) })
  await call()
  const { id } = only()
  await decide('approve')
  await sleep(100)
  expect(codeOf(await call())).toBe('APPROVAL_PENDING')
  expect(world.executions).toEqual([])
  expect(world.adapters.approvals.list().map((approval) => approval.id === id)).toEqual([false, true])
})

it('lets the member confirm if the policy says so', async () => {
  await start()
  await call({ body: toolCall('deals.confirm', { dealId: 'd1' }) })
  await decide('approve', undefined, 'mem_maria')
  expect((await call({ body: toolCall('deals.confirm', { dealId: 'd1' }) })).content[0].text).toBe(
    'confirmed d1',
  )
})

describe('four eyes', () => {
  it('refuses a decision of the requester in the store', async () => {
    await start()
    await call()
    expect((await decide('approve', undefined, 'mem_maria')).status).toBe('own_request')
  })

  it.each(['mem_maria', null])(
    'runs nothing on a decision by %s that the store accepted',
    async (decidedBy) => {
      const bent = (approval: object | null) =>
        (approval === null ? null : { ...approval, decidedBy }) as Approval
      await start({
        adapt: ({ approvals }) => ({
          approvals: {
            ...approvals,
            get: async (query) => bent(await approvals.get(query)),
            request: async (request) => bent(await approvals.request(request)),
            consume: async (claim) => bent(await approvals.consume(claim)),
          },
        }),
      })
      await call()
      await decide('approve')
      expect((await post(running, DELETE)).json.error?.code).toBe(-32603)
      expect(world.executions).toEqual([])
      expect(only().state).toBe('approved')
    },
  )
})

describe('between approval and execution', () => {
  const waitThen = async (change: () => void) => {
    const waiting = post(running, DELETE)
    await until(() => world.adapters.approvals.waiting() === 1)
    change()
    await decide('approve')
    return waiting
  }
  const cases: readonly [string, () => void, number, string][] = [
    [
      'the member is deactivated',
      () => world.adapters.members.setActive('ws_acme', 'mem_maria', false),
      400,
      'MEMBER_NOT_ALLOWED',
    ],
    ['the key is revoked', () => world.adapters.apiKeys.revoke('key_acme'), 401, 'UNAUTHENTICATED'],
    [
      'the feature is switched off',
      () => world.adapters.features.set('mcp_server_v1', 'ws_acme', false),
      403,
      'FEATURE_DISABLED',
    ],
  ]
  it.each(cases.map(([title, change, status, code]) => ({ title, change, status, code })))(
    'checks permission again: $title',
    async ({ change, status, code }) => {
      await start({ approvalHoldMs: 20_000 })
      const answer = await waitThen(change)
      expect([answer.status, answer.json.error?.data['code']]).toEqual([status, code])
      expect(world.executions).toEqual([])
      expect(only().state).toBe('approved')
      expect(world.adapters.runs.all()).toEqual([
        expect.objectContaining({ status: 'failed', errorCode: code }),
      ])
    },
  )

  it('refuses a tool that was removed or whose definition has changed', async () => {
    let change: 'none' | 'gone' | 'changed' = 'none'
    await start({
      approvalHoldMs: 20_000,
      adapt: ({ tools }) => ({
        tools: {
          call: tools.call,
          list: async (context) => {
            const listed = await tools.list(context)
            if (change === 'gone') return listed.filter(({ name }) => name !== 'deals.delete')
            return change === 'changed'
              ? listed.map((tool) => ({ ...tool, description: `${tool.description} Now with refunds.` }))
              : listed
          },
        },
      }),
    })
    const gone = await waitThen(() => {
      change = 'gone'
    })
    expect(gone.json.error?.data['code']).toBe('TOOL_NOT_FOUND')
    change = 'changed'
    expect(
      codeOf(
        (await call({ ...DELETE, signal: AbortSignal.timeout(500) }).catch(() => null)) ?? { _meta: {} },
      ),
    ).not.toBe('succeeded')
    expect(world.executions).toEqual([])
  })
})

it('runs nothing under an approval that is bound to another call', async () => {
  await start({
    adapt: ({ approvals }) => ({
      approvals: {
        ...approvals,
        request: async (request) => ({
          ...(await approvals.request(request)),
          state: 'approved',
          decidedBy: 'operator',
          binding: 'f'.repeat(64),
        }),
      },
    }),
  })
  expect((await post(running, DELETE)).json.error?.code).toBe(-32603)
  expect(world.executions).toEqual([])
})

it.each(['evaluate', 'request', 'consume', 'get'] as const)(
  'fails closed with 503 when %s is down',
  async (method) => {
    let down = false
    const failing =
      (act: (...args: never[]) => unknown) =>
      (...args: never[]) =>
        down ? Promise.reject(new Error('db is down')) : Reflect.apply(act, undefined, args)
    await start({
      adapt: ({ approvals, tools }) => ({
        approvals: {
          ...approvals,
          wait: async ({ id }) => approvals.get({ id }),
          ...(method === 'evaluate' ? {} : { [method]: failing(approvals[method]) }),
        },
        tools: { ...tools, ...(method === 'evaluate' ? { evaluate: failing(tools.evaluate) as never } : {}) },
      }),
    })
    await call()
    if (method !== 'get') await decide('approve')
    down = true
    const answer = await post(running, DELETE)
    expect(answer.status).toBe(503)
    expect(answer.text).not.toContain('db is down')
    expect(world.executions).toEqual([])
    down = false
    if (method === 'get') await decide('approve')
    expect((await call()).content[0].text).toBe('deleted d1')
  },
)

it('answers with the outcome when only settle fails, and never runs the tool again', async () => {
  await start({
    adapt: ({ approvals }) => ({
      approvals: { ...approvals, settle: async () => Promise.reject(new Error('down')) },
    }),
  })
  await call()
  await decide('approve')
  expect((await call()).content[0].text).toBe('deleted d1')
  expect(world.failures.map(({ code }) => code)).toEqual(['UNAVAILABLE'])
  expect((await call()).content[0].text).toContain('being carried out')
  expect(world.executions).toHaveLength(1)
})

it('polls the approval if the adapter has no wait', async () => {
  await start({
    approvalHoldMs: 20_000,
    adapt: ({ approvals: { wait: _, ...approvals } }) => ({ approvals }),
  })
  const waiting = call()
  await until(() => world.adapters.approvals.list().length === 1)
  await decide('approve')
  expect((await waiting).content[0].text).toBe('deleted d1')
})

it('asks for no approval to read memory and approvals', async () => {
  await start({
    adapt: () => ({ policy: { evaluate: async () => ({ verdict: 'deny' }) } }),
  })
  expect(
    (await call({ body: toolCall('agent.read_memory', { key: 'tone' }) })).structuredContent.entry.text,
  ).toBe('formal')
  expect(codeOf(await call({ body: toolCall('agent.update_memory', { key: 'tone', text: 'x' }) }))).toBe(
    'APPROVAL_DENIED',
  )
})

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
