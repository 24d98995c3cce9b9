/** Clients: their calls, the wait methods that they support, and their answers. */

import type { InputRequest } from '../../lib/adapters/input-requests.js'
import { admit } from '../../lib/control-plane/admission/admit.js'
import {
  NO_CAPABILITIES,
  REPEAT_ONLY,
  type WaitCapabilities,
} from '../../lib/control-plane/input/capabilities.js'
import type { Retry } from '../../lib/control-plane/input/request-state.js'
import { callTool } from '../../lib/control-plane/operations/call-tool.js'
import { cancelTask, getTask, updateTask } from '../../lib/control-plane/operations/tasks.js'
import type { CallOutcome } from '../../lib/control-plane/request/call-outcome.js'
import type { CallInput } from '../../lib/control-plane/request/call-stages.js'
import type { Received } from '../../lib/control-plane/request/stages.js'
import type { TaskView } from '../../lib/control-plane/tasks/task-view.js'
import { cancelledBy } from '../../lib/foundation/async/cancellation.js'
import { isAllvError } from '../../lib/foundation/errors/allv-error.js'
import type { Node, Stage } from './stage.js'
import { type Manner, spelled, type ToolName } from './tools.js'

export interface Spec {
  readonly memberId: string
  readonly tool: ToolName
  readonly manner: Manner
  readonly key: string | null
}

export type ClientName = 'mute' | 'plain' | 'form' | 'url' | 'address' | 'task' | 'held'

const FORMS = { elicitation: { form: {}, url: {} } }
const WAITS: Readonly<Record<ClientName, WaitCapabilities>> = {
  mute: REPEAT_ONLY,
  plain: REPEAT_ONLY,
  form: { task: false, form: 'round', url: 'round' },
  url: { task: false, form: 'none', url: 'round' },
  address: { task: false, form: 'none', url: 'error' },
  task: { task: true, form: 'round', url: 'round' },
  held: { task: false, form: 'call', url: 'error' },
}

const RETURNING: ReadonlySet<ClientName> = new Set(['plain', 'held', 'task'])

export type Observed =
  | { readonly kind: 'outcome'; readonly outcome: CallOutcome }
  | { readonly kind: 'view'; readonly view: TaskView }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly code: string }

export interface Caller {
  readonly node: Node
  readonly what: 'call' | 'poll' | 'update' | 'cancel'
  readonly correlationId: string
  /** Its key had expired before it began. */
  readonly lateKey: boolean
  readonly spec: Spec
  readonly abort: AbortController
  observed: Observed | null
}

export interface Asked {
  readonly spec: Spec
  readonly requestState: string
  readonly keys: readonly string[]
  /** False: a page was shown, and whatever is answered to that decides nothing. */
  readonly decides: boolean
}

interface Put {
  readonly spec: Spec
  readonly keys: readonly string[]
  readonly answer: (given: unknown) => void
  readonly node: Node
}

export interface Crowd {
  readonly callers: Caller[]
  readonly asked: Asked[]
  readonly puts: Put[]
  readonly tasks: { readonly spec: Spec; readonly taskId: string }[]
}

export type Listener = (caller: Caller, observed: Observed) => void

export type Reply = 'approve' | 'deny' | 'decline' | 'cancel' | 'nothing'

export function specKey({ memberId, tool, manner, key }: Spec): string {
  return [memberId, tool, manner, key].join(' ')
}

/** What a client sends for these questions. What it says to a form that decides is remembered: only then may it count. */
export function answersTo(
  stage: Stage,
  { spec, keys, decides = true }: Pick<Asked, 'spec' | 'keys'> & Partial<Asked>,
  reply: Reply,
): object {
  if (reply === 'nothing') return {}
  if (decides) stage.words.add(`${specKey(spec)} ${reply === 'decline' ? 'deny' : reply}`)
  const answer = (key: string) => {
    if (reply === 'decline' || reply === 'cancel') return { action: reply }
    if (key !== 'approval') return { action: 'accept', content: { color: 'red' } }
    return { action: 'accept', content: { decision: reply } }
  }
  return Object.fromEntries(keys.map((key) => [key, answer(key)]))
}

function received(
  { credentials: { presented } }: Stage,
  { node, correlationId }: Pick<Caller, 'node' | 'correlationId'>,
  memberId: string,
): Received {
  return {
    correlationId,
    face: 'mcp',
    era: '2026-07-28',
    claimedWorkspaceId: 'ws_acme',
    presented,
    resource: null,
    selector: { id: memberId },
    client: null,
    trace: null,
    closing: node.closing.signal,
    background: (work) => void work(),
  }
}

export interface Calling {
  readonly client: ClientName
  readonly retry?: Retry
  /** The member that calls, if it is not the member of the call. */
  readonly as?: string
}

export function startCall(
  stage: Stage,
  crowd: Crowd,
  node: Node,
  spec: Spec,
  { client, retry, as = spec.memberId }: Calling,
  listen: Listener,
): Caller {
  const mine = { ...spec, memberId: as }
  return start(stage, crowd, { node, what: 'call', spec: mine }, listen, async (caller) => {
    const input: CallInput = {
      name: spec.tool,
      find: (tools) => tools.find(({ name }) => name === spec.tool),
      arguments: spelled(spec.manner, crowd.callers.length),
      idempotencyKey: spec.key,
      inputChannel: {
        capabilities: client === 'mute' ? NO_CAPABILITIES : FORMS,
        ...(client === 'held'
          ? { request: (requests, until) => put(crowd, node, mine, requests, until) }
          : {}),
      },
      waits: WAITS[client],
      retry: retry ?? null,
      task: null,
      cancel: cancelledBy(caller.abort.signal),
      // In some eras a broken stream is no word of the caller's.
      mayReconnect: RETURNING.has(client),
      progress: () => {},
    }
    const outcome = await callTool(node.plane, await admit(node.plane, received(stage, caller, as)), input)
    return { kind: 'outcome', outcome }
  })
}

export type TaskAct =
  | { readonly what: 'poll'; readonly forms: boolean }
  | { readonly what: 'update'; readonly responses: object }
  | { readonly what: 'cancel' }

export function onTask(
  stage: Stage,
  crowd: Crowd,
  node: Node,
  { spec, taskId }: Crowd['tasks'][number],
  act: TaskAct,
  listen: Listener,
): Caller {
  return start(stage, crowd, { node, what: act.what, spec }, listen, async (caller) => {
    const admitted = await admit(node.plane, received(stage, caller, spec.memberId))
    if (act.what === 'poll') {
      const view = await getTask(node.plane, admitted, taskId, act.forms ? FORMS : NO_CAPABILITIES)
      return { kind: 'view', view }
    }
    if (act.what === 'cancel') await cancelTask(node.plane, admitted, taskId)
    else await updateTask(node.plane, admitted, taskId, JSON.parse(JSON.stringify(act.responses)))
    return { kind: 'done' }
  })
}

function start(
  stage: Stage,
  crowd: Crowd,
  who: Pick<Caller, 'node' | 'what' | 'spec'>,
  listen: Listener,
  act: (caller: Caller) => Promise<Observed>,
): Caller {
  const caller: Caller = {
    ...who,
    correlationId: `req ${crowd.callers.length}`,
    lateKey: stage.credentials.isOver(),
    abort: new AbortController(),
    observed: null,
  }
  crowd.callers.push(caller)
  const observe = (observed: Observed) => {
    // A dead node gives no answer.
    if (who.node.life.dead) return
    caller.observed = observed
    listen(caller, observed)
  }
  void act(caller).then(observe, (error: unknown) => {
    if (isAllvError(error)) observe({ kind: 'refused', code: error.code })
    else stage.broken.push(`a caller gets ${String(error)}`)
  })
  return caller
}

function put(
  { puts }: Crowd,
  node: Node,
  spec: Spec,
  requests: Readonly<Record<string, InputRequest>>,
  until?: AbortSignal,
): Promise<unknown> {
  return new Promise((resolve) => {
    const waiting: Put = {
      spec,
      node,
      keys: Object.keys(requests),
      answer(given) {
        until?.removeEventListener('abort', giveUp)
        puts.splice(puts.indexOf(waiting), 1)
        resolve(given)
      },
    }
    const giveUp = () => waiting.answer(null)
    until?.addEventListener('abort', giveUp)
    puts.push(waiting)
  })
}
