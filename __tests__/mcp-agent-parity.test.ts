import { type AgentOutcome, createAllvAgentApi, createControlPlane, isAllvError } from 'allv-mcp'
import { listen, modern, post, type Running, rpc } from './support/http.js'
import { createWorld, KEYS, type KeyName, type World } from './support/world.js'

/** One step of a test, described without terms of either face. */
type Step =
  | {
      readonly do: 'call'
      readonly tool: string
      readonly args?: object
      readonly as?: KeyName
      readonly member?: string
      readonly key?: string
    }
  | { readonly do: 'read'; readonly memory: string; readonly as?: KeyName }
  | {
      readonly do: 'list'
      readonly what: 'tools' | 'memory'
      readonly as?: KeyName
      readonly member?: string
    }
  | { readonly do: 'approve' }
  | { readonly do: 'deny' }

type Face = (world: World) => Promise<{ act(step: Step): Promise<unknown>; close(): Promise<void> }>

const sequences: readonly [string, readonly Step[]][] = [
  ['a tool that runs', [{ do: 'call', tool: 'deals.add', args: { a: 1, b: 2 } }]],
  [
    'a tool that fails, throws, or never answers',
    [
      { do: 'call', tool: 'fails' },
      { do: 'call', tool: 'throws' },
      { do: 'call', tool: 'deaf' },
    ],
  ],
  [
    'arguments that do not fit',
    [
      { do: 'call', tool: 'deals.add', args: { a: 'x' } },
      { do: 'call', tool: 'deals.add', args: [] },
    ],
  ],
  [
    'tools that are hidden, out of scope, or unknown',
    [
      { do: 'call', tool: 'admin.only' },
      { do: 'call', tool: 'scoped' },
      { do: 'call', tool: 'none' },
    ],
  ],
  [
    'an admin',
    [
      { do: 'call', tool: 'admin.only', member: 'ada@acme.test' },
      { do: 'list', what: 'tools', member: 'ada@acme.test' },
    ],
  ],
  [
    'keys that are foreign, expired, revoked',
    (['globex', 'acmeExpired', 'acmeRevoked'] as const).map((as) => ({ do: 'list', what: 'tools', as })),
  ],
  [
    'members who are unknown, inactive, foreign',
    ['no@acme.test', 'ivan@acme.test', 'lin@globex.test'].map((member) => ({
      do: 'list',
      what: 'tools',
      member,
    })),
  ],
  [
    'approval and replay',
    [
      { do: 'call', tool: 'deals.delete', args: { dealId: 'd' } },
      { do: 'approve' },
      { do: 'call', tool: 'deals.delete', args: { dealId: 'd' } },
      { do: 'call', tool: 'deals.delete', args: { dealId: 'd' } },
    ],
  ],
  [
    'denial',
    [
      { do: 'call', tool: 'deals.delete', args: { dealId: 'd' } },
      { do: 'deny' },
      { do: 'call', tool: 'deals.delete', args: { dealId: 'd' } },
      { do: 'call', tool: 'deals.forbidden' },
    ],
  ],
  [
    'an idempotency key',
    [
      { do: 'call', tool: 'deals.add', args: { a: 1, b: 2 }, key: 'k' },
      { do: 'call', tool: 'deals.add', args: { a: 1, b: 2 }, key: 'k' },
      { do: 'call', tool: 'deals.add', args: { a: 3, b: 3 }, key: 'k' },
    ],
  ],
  ['a tool that asks a client that cannot answer', [{ do: 'call', tool: 'asks' }]],
  [
    'memory',
    [
      { do: 'list', what: 'memory' },
      { do: 'read', memory: 'tone' },
      { do: 'read', memory: 'none' },
      { do: 'read', memory: 'tone', as: 'acmeNoScopes' },
      { do: 'list', what: 'memory', as: 'acmeNoScopes' },
    ],
  ],
  [
    'a change of memory',
    [
      { do: 'call', tool: 'agent.update_memory', args: { key: 'tone', text: 'warm' } },
      { do: 'read', memory: 'tone' },
      {
        do: 'call',
        tool: 'agent.update_memory',
        args: { key: 'tone', operation: 'delete', expectedRevision: 'stale' },
      },
    ],
  ],
]

it.each(sequences)('decides and records the same in both eras and the Agent API: %s', async (_, steps) => {
  const results = await Promise.all(
    [overHttp('2025'), overHttp('2026'), overAgent].map((face) => runSteps(face, steps)),
  )
  const [first, ...others] = results
  expect(first?.audit.length).toBeGreaterThan(0)
  for (const other of others) expect(other).toEqual(first)
})

async function runSteps(face: Face, steps: readonly Step[]) {
  const world = createWorld()
  const { act, close } = await face(world)
  const decisions: unknown[] = []
  for (const step of steps) decisions.push(await act(step))
  await close()
  const audit = world.adapters.audit.events.map(
    ({
      id: _,
      at: __,
      face: ___,
      era: ____,
      correlationId: _____,
      runId,
      approvalId,
      client: ______,
      ...event
    }) => ({
      ...event,
      hasRun: runId !== undefined,
      hasApproval: approvalId !== undefined,
    }),
  )
  return {
    decisions,
    audit,
    executions: world.executions.map(({ runId: _, ...execution }) => execution),
    runs: world.adapters.runs.all().map(({ status, tool, errorCode }) => ({ status, tool, errorCode })),
  }
}

const decideLast = async (world: World, decision: 'approve' | 'deny') => {
  const [approval] = world.adapters.approvals.list()
  return (
    await world.adapters.approvals.decide({
      id: approval?.id ?? '',
      decision,
      decidedBy: 'operator',
      reason: 'because',
    })
  ).status
}

/** What a caller learns about a tool call through either face. */
const learned = (code: unknown, text: unknown, structured: unknown, replayed: boolean) => ({
  code: code ?? null,
  text: replayed || code !== undefined ? null : (text ?? null),
  structured: structured ?? null,
  replayed,
})

function overHttp(era: '2025' | '2026'): Face {
  return async (world) => {
    const running: Running = await listen(world)
    const send = async (
      method: string,
      params: Record<string, unknown>,
      { as = 'acme', member = 'maria@acme.test', key }: { as?: KeyName; member?: string; key?: string },
    ) => {
      const ask = era === '2026' ? modern(method, params) : { body: rpc(method, params), headers: {} }
      const { json } = await post(running, {
        ...ask,
        key: as,
        member,
        headers: { ...ask.headers, ...(key === undefined ? {} : { 'idempotency-key': key }) },
      })
      return json.error === undefined ? json.result : { refused: json.error.data['code'] }
    }
    return {
      close: running.close,
      async act(step) {
        if (step.do === 'approve' || step.do === 'deny') return decideLast(world, step.do)
        if (step.do === 'read') {
          const result = await send(
            'resources/read',
            { uri: `allv://workspaces/ws_acme/memory/${step.memory}` },
            step,
          )
          return result.refused ?? result.contents[0].text
        }
        if (step.do === 'list') {
          const result = await send(step.what === 'tools' ? 'tools/list' : 'resources/list', {}, step)
          return result.refused ?? (result.tools ?? result.resources).length
        }
        const result = await send('tools/call', { name: step.tool, arguments: step.args ?? {} }, step)
        if (result.refused !== undefined) return learned(result.refused, null, null, false)
        const replayed = result._meta['ai.allv/replayOf'] !== undefined
        return learned(
          result._meta['ai.allv/code'],
          result.content[0]?.text,
          result.structuredContent && { ...result.structuredContent, revision: undefined },
          replayed,
        )
      },
    }
  }
}

const overAgent: Face = async (world) => {
  const agent = createAllvAgentApi(createControlPlane(world.options))
  const enter = ({ as = 'acme', member = 'maria@acme.test' }: { as?: KeyName; member?: string }) =>
    agent.withApiKey({ workspaceId: 'ws_acme', apiKey: KEYS[as], member: { email: member } })
  /** `withApiKey` passes admission once by itself; a test counts only its own steps. */
  const quietly = async (step: { as?: KeyName; member?: string }) => enter(step)
  const act = async (step: Step): Promise<unknown> => {
    if (step.do === 'approve' || step.do === 'deny') return decideLast(world, step.do)
    const member = await quietly(step)
    if (step.do === 'read') return (await member.readMemory(step.memory)).text
    if (step.do === 'list')
      return step.what === 'tools'
        ? (await member.listTools()).length
        : (await member.listMemory()).entries.length
    const outcome = await member.callTool(
      step.tool,
      step.args ?? {},
      step.key === undefined ? {} : { idempotencyKey: step.key },
    )
    return learnedOf(outcome)
  }
  return {
    close: async () => {},
    act: (step) =>
      act(step).catch((error: unknown) => {
        if (!isAllvError(error)) throw error
        return step.do === 'call' ? learned(error.code, null, null, false) : error.code
      }),
  }
}

function learnedOf(outcome: AgentOutcome) {
  if (outcome.status === 'pending_approval') return learned('APPROVAL_PENDING', null, null, false)
  if (outcome.status === 'running') return learned('RUN_IN_PROGRESS', null, null, false)
  const { result, replayed } = outcome
  const structured = result?.structuredContent
  const [first] = result?.content ?? []
  const text = first?.type === 'text' ? first.text : undefined
  return learned(
    'code' in outcome ? outcome.code : undefined,
    text,
    structured && { ...structured, revision: undefined },
    replayed,
  )
}

describe('the Agent API', () => {
  const plane = (world: World) => createAllvAgentApi(world.options)

  it('acts for a member that an integration vouches for, and is audited as such', async () => {
    const world = createWorld()
    const maria = await plane(world).asMember({
      workspaceId: 'ws_acme',
      memberId: 'mem_maria',
      via: 'support-inbox',
    })
    expect(maria.member.email).toBe('maria@acme.test')
    expect(await maria.callTool('deals.add', { a: 1, b: 2 })).toMatchObject({
      status: 'completed',
      result: { structuredContent: { sum: 3 } },
      replayed: false,
    })
    expect(world.adapters.audit.events[0]).toMatchObject({
      face: 'agent',
      credentialId: 'support-inbox',
      memberId: 'mem_maria',
    })
    await expect(
      plane(world).asMember({ workspaceId: 'ws_acme', memberId: 'mem_lin', via: 'x' }),
    ).rejects.toMatchObject({ code: 'MEMBER_NOT_ALLOWED' })
    await expect(
      plane(world).asMember({ workspaceId: 'ws_acme', memberId: 'mem_ivan', via: 'x' }),
    ).rejects.toMatchObject({ code: 'MEMBER_NOT_ALLOWED' })
    await expect(
      plane(world).asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: '' }),
    ).rejects.toThrow(/needs via/)
  })

  it('checks admission with every call', async () => {
    const world = createWorld()
    const maria = await plane(world).withApiKey({ workspaceId: 'ws_acme', apiKey: KEYS.acmeBound })
    await maria.listTools()
    world.adapters.apiKeys.revoke('key_acmeBound')
    await expect(maria.listTools()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('reports progress, accepts a signal, and answers questions by a function', async () => {
    const world = createWorld()
    const maria = await plane(world).withApiKey({ workspaceId: 'ws_acme', apiKey: KEYS.acmeBound })
    const seen: number[] = []
    await maria.callTool('slow', { ms: 20 }, { onProgress: ({ progress }) => seen.push(progress) })
    expect(seen).toEqual([1, 2, 3, 4])
    expect(await maria.callTool('slow', { ms: 2000 }, { signal: AbortSignal.timeout(50) })).toMatchObject({
      status: 'cancelled',
      code: 'CANCELLED',
    })
    const answered = await maria.callTool(
      'asks',
      {},
      { onInput: async () => ({ color: { action: 'accept', content: { color: 'red' } } }) },
    )
    expect(answered).toMatchObject({ status: 'completed' })
    expect(await maria.callTool('asks', {}, { onInput: async () => null }).catch((error) => error.code)).toBe(
      'INPUT_NOT_GIVEN',
    )
  })

  it('copies arguments, so that a call cannot change after it was checked', async () => {
    const world = createWorld()
    const maria = await plane(world).withApiKey({ workspaceId: 'ws_acme', apiKey: KEYS.acmeBound })
    const args = { a: 1, b: 2 }
    const call = maria.callTool('deals.add', args)
    args.a = 1000
    expect(await call).toMatchObject({ result: { structuredContent: { sum: 3 } } })
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    await expect(maria.callTool('deals.add', cyclic)).rejects.toMatchObject({ code: 'INVALID_PARAMS' })
  })

  it('shows, and waits for, approvals of the same member only', async () => {
    const world = createWorld()
    const maria = await plane(world).withApiKey({
      workspaceId: 'ws_acme',
      apiKey: KEYS.acme,
      member: { id: 'mem_maria' },
    })
    const omar = await plane(world).withApiKey({
      workspaceId: 'ws_acme',
      apiKey: KEYS.acme,
      member: { id: 'mem_omar' },
    })
    const pending = await maria.callTool('deals.delete', { dealId: 'd' })
    expect(pending.status).toBe('pending_approval')
    const id = pending.status === 'pending_approval' ? pending.approval.id : ''
    expect(await omar.getApproval(id)).toBeNull()
    expect(await omar.waitForApproval(id)).toBeNull()
    expect((await maria.waitForApproval(id, { timeoutMs: 20 }))?.state).toBe('pending')
    const waiting = maria.waitForApproval(id, { timeoutMs: 10_000 })
    await decideLast(world, 'approve')
    expect((await waiting)?.state).toBe('approved')
    expect(await maria.callTool('deals.delete', { dealId: 'd' })).toMatchObject({
      status: 'completed',
      approvalId: id,
    })
  })
})
