/** Every way in which a call waits for an approval, from the first request to the answer. */

import {
  type Approval,
  type ApprovalsAdapter,
  type ApprovalVerdict,
  createAllvAgentApi,
  type Decision,
  defineTool,
} from 'allv-mcp'
import type { PostgresPool } from 'allv-mcp/postgres'
import { z } from 'zod'
import { type Ask, type JsonRpc, modern, open, post, type Running, rpc, toolCall } from './http.js'
import { createStoredWorld } from './stored-world.js'
import { TASKS_AND_FORM, taskClient } from './tasks.js'
import { createWorld, type World, type WorldOptions } from './world.js'

const ARGS = { amount: 7 }
const PAGE = 'https://app.example.com/approvals/1'

/** The host's policy. Tests change it between the request and the use of an approval. */
export interface Rule {
  says: () => ApprovalVerdict | Promise<ApprovalVerdict>
}

export interface RuleScene {
  readonly world: World
  readonly rule: Rule
  readonly running: Running
  readonly approvals: Pick<ApprovalsAdapter, 'get'> & {
    decide(decision: Decision): Promise<unknown>
  }
  list(): Promise<readonly Approval[]>
}

export interface RuleWorldOptions extends WorldOptions {
  /** Left out: in memory. */
  readonly stored?: { readonly pool: PostgresPool; readonly schema: string }
}

/** A world with one tool, `pay`, that the policy decides about. */
export function createRuleWorld(rule: Rule, { stored, adapt, ...options }: RuleWorldOptions = {}) {
  const played: { world?: World } = {}
  const pay = defineTool({
    name: 'pay',
    title: 'Pay',
    description: 'Pays an amount.',
    input: z.object({ amount: z.number() }),
    approval: () => rule.says(),
    run: (args, { context, runId }) => {
      played.world?.executions.push({
        tool: 'pay',
        args,
        memberId: context.member.id,
        workspaceId: context.workspaceId,
        runId,
      })
      return 'paid'
    },
  })
  const all = { rateLimit: false, tools: [pay], ...options } as const
  const withPage = (approvals: ApprovalsAdapter) => ({ ...approvals, url: async () => PAGE })
  if (stored === undefined) {
    const world: World = createWorld({
      ...all,
      adapt: (adapters) => ({ approvals: withPage(adapters.approvals), ...adapt?.(adapters) }),
    })
    return opened(world, {
      approvals: world.adapters.approvals,
      list: async () => world.adapters.approvals.list(),
    })
  }
  const made = createStoredWorld({ ...all, ...stored, url: async () => PAGE })
  const { world } = made
  return opened(world, {
    approvals: made.stores.approvals,
    list: async () => (await made.stores.approvals.list({ workspaceId: 'ws_acme' })).approvals,
    close: () => made.stores.events.close(),
  })

  function opened(
    itsWorld: World,
    rest: Pick<RuleScene, 'approvals' | 'list'> & { readonly close?: () => Promise<void> },
  ) {
    played.world = itsWorld
    return { world: itsWorld, close: async () => {}, ...rest }
  }
}

interface Waiting {
  /** The answer after the decision: a code, or `ran`. */
  finish(): Promise<string>
  /** The answer to one more try. */
  again(): Promise<string>
}

export interface Way {
  readonly title: string
  /** The approver: an operator on a page, or the member within `finish`. */
  readonly approver: 'operator' | 'member'
  readonly holdMs: number
  begin(scene: RuleScene): Promise<Waiting>
}

function codeOf({ error, result }: JsonRpc): string {
  if (error !== undefined) return String(error.data?.['code'] ?? error.code)
  const inner = result?.status === 'completed' ? result.result : result
  const code = inner?._meta?.['ai.allv/code']
  if (code !== undefined) return code
  if (result?.resultType === 'input_required') return 'ASKED'
  if (result?.status !== undefined && result.status !== 'completed')
    return result.error?.data?.code ?? result.status
  return inner?.content?.[0]?.text === 'paid' ? 'ran' : JSON.stringify(result)
}

const CALL: Ask = { body: toolCall('pay', ARGS) }
const KEYED: Ask = { ...CALL, headers: { 'idempotency-key': 'k1' } }
const FORM = { elicitation: { form: {} } }
const URL_ONLY = { elicitation: { url: {} } }
const YES = { approval: { action: 'accept', content: { decision: 'approve' } } }

const send = async ({ running }: RuleScene, request: Ask) => codeOf((await post(running, request)).json)
const call2026 = async ({ running }: RuleScene, capabilities: object, over: object = {}) =>
  (await post(running, modern('tools/call', { name: 'pay', arguments: ARGS, ...over }, capabilities))).json

async function untilPending({ list }: RuleScene): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    if ((await list()).length > 0) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('nobody asked for an approval')
}

const held = (title: string, request: Ask): Way => ({
  title,
  approver: 'operator',
  holdMs: 60_000,
  async begin(scene) {
    const sent = send(scene, request)
    await untilPending(scene)
    return { finish: () => sent, again: () => send(scene, request) }
  },
})

const repeated = (title: string, request: Ask): Way => ({
  title,
  approver: 'operator',
  holdMs: 0,
  async begin(scene) {
    expect(await send(scene, request)).toBe('APPROVAL_PENDING')
    const repeat = () => send(scene, request)
    return { finish: repeat, again: repeat }
  },
})

const round = (title: string, approver: Way['approver'], capabilities: object, answer: object): Way => ({
  title,
  approver,
  holdMs: 0,
  async begin(scene) {
    const retry = async () => {
      const first = await call2026(scene, capabilities)
      const { requestState } = first.result
      return requestState === undefined
        ? codeOf(first)
        : codeOf(await call2026(scene, capabilities, { requestState, inputResponses: answer }))
    }
    const { requestState } = (await call2026(scene, capabilities)).result
    return {
      finish: async () =>
        codeOf(await call2026(scene, capabilities, { requestState, inputResponses: answer })),
      again: retry,
    }
  },
})

/** A task is looked at until it does not work any more, or waits for a decision, or cannot be looked at. */
async function settledTask({ running }: RuleScene, taskId: string): Promise<string> {
  const client = taskClient(running, TASKS_AND_FORM)
  for (let polls = 0; polls < 1000; polls += 1) {
    const task = await client.get(taskId)
    const state = task.result?._meta?.['ai.allv/approval']?.state
    if (task.result?.status !== 'working' || state === 'pending') return codeOf(task)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('the task works for ever')
}

const polled: Way = {
  title: 'a task that is polled',
  approver: 'operator',
  holdMs: 0,
  async begin(scene) {
    const { taskId } = (await taskClient(scene.running).call('pay', ARGS)).result
    const look = () => settledTask(scene, taskId)
    return { finish: look, again: look }
  },
}

const updated: Way = {
  title: 'a task that its member answers',
  approver: 'member',
  holdMs: 0,
  async begin(scene) {
    const client = taskClient(scene.running, TASKS_AND_FORM)
    const { taskId } = (await client.call('pay', ARGS)).result
    expect((await client.get(taskId)).result.status).toBe('input_required')
    const answer = async () => {
      const { error } = await client.update(taskId, YES)
      return error === undefined ? settledTask(scene, taskId) : codeOf({ error })
    }
    return { finish: answer, again: answer }
  },
}

const withinCall: Way = {
  title: 'a form within a call of 2025',
  approver: 'member',
  holdMs: 60_000,
  async begin(scene) {
    const headers = await sessionOf(scene.running)
    const begin = async () => {
      const answer = signal()
      const asked = signal()
      const sent = answering(scene.running, headers, { asked: asked.give, until: answer.given })
      await Promise.race([asked.given, sent])
      return async () => {
        answer.give()
        return sent
      }
    }
    const finish = await begin()
    return { finish, again: async () => (await begin())() }
  },
}

function signal(): { readonly given: Promise<void>; give(): void } {
  let give = () => {}
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give: () => give() }
}

/** Reads the stream of a call, says yes to its form when the test wants, and gives how it ended. */
async function answering(
  running: Running,
  headers: Readonly<Record<string, string>>,
  { asked, until }: { readonly asked: () => void; readonly until: Promise<void> },
): Promise<string> {
  const stream = await open(running, { headers, body: toolCall('pay', ARGS) })
  let text = ''
  let answered = false
  for await (const chunk of stream.body ?? []) {
    text += Buffer.from(chunk).toString()
    const id = /"id":"(ask_[^"]+)"/.exec(text)?.[1]
    if (id === undefined || answered) continue
    answered = true
    asked()
    const result = YES.approval
    void until.then(() => post(running, { headers, body: { jsonrpc: '2.0', id, result } }))
  }
  const lines = text.startsWith('{') ? [text] : text.split('\n').filter((line) => line.startsWith('data: {'))
  return codeOf(JSON.parse(lines.at(-1)?.replace('data: ', '') ?? '{}'))
}

async function sessionOf(running: Running): Promise<Readonly<Record<string, string>>> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: FORM,
    clientInfo: { name: 'test', version: '1' },
  }
  const { headers } = await post(running, { body: rpc('initialize', params) })
  return { 'mcp-session-id': headers.get('mcp-session-id') ?? '', 'mcp-protocol-version': '2025-11-25' }
}

const agent: Way = {
  title: 'the Agent API',
  approver: 'operator',
  holdMs: 0,
  async begin({ world }) {
    const api = createAllvAgentApi(world.options)
    const who = { workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' }
    const call = async () => {
      try {
        const outcome = await (await api.asMember(who)).callTool('pay', ARGS)
        if (outcome.status === 'pending_approval') return 'APPROVAL_PENDING'
        return outcome.status === 'completed' ? 'ran' : 'code' in outcome ? outcome.code : outcome.status
      } catch (error) {
        return String((error as { code?: string }).code)
      }
    }
    expect(await call()).toBe('APPROVAL_PENDING')
    return { finish: call, again: call }
  },
}

export const WAYS: readonly Way[] = [
  held('a held call', CALL),
  held('a held call with a key', KEYED),
  repeated('a repeated call', CALL),
  repeated('a repeated call with a key', KEYED),
  round('a round that shows an address', 'operator', URL_ONLY, { approval: { action: 'accept' } }),
  round('a round with a form', 'member', FORM, YES),
  polled,
  updated,
  withinCall,
  agent,
]
