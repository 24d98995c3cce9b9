/** The second face: the same control plane in process, for products that own their request and response contract. */

import type { Approval } from '../adapters/approvals.js'
import type { InputRequest, InputResponse } from '../adapters/input-requests.js'
import type { MemoryEntry, MemoryList } from '../adapters/memory.js'
import type { Member } from '../adapters/principal.js'
import type { ToolDefinition, ToolProgress } from '../adapters/tools.js'
import { admit } from '../control-plane/admission/admit.js'
import { ALL_CAPABILITIES, NO_CAPABILITIES, REPEAT_ONLY } from '../control-plane/input/capabilities.js'
import { getApproval, waitForApproval } from '../control-plane/operations/approvals.js'
import { callTool as runTool } from '../control-plane/operations/call-tool.js'
import { listTools } from '../control-plane/operations/list-tools.js'
import { listMemory, readMemory } from '../control-plane/operations/memory.js'
import { isIdempotencyKey } from '../control-plane/request/idempotency-key.js'
import { auditRefusal } from '../control-plane/request/refusals.js'
import type { Admitted, MemberSelector, Presented, Received } from '../control-plane/request/stages.js'
import { type ControlPlane, runtimeOf } from '../control-plane/runtime/control-plane.js'
import type { Lifecycle } from '../control-plane/runtime/lifecycle.js'
import type { AllvMcpOptions } from '../control-plane/runtime/options.js'
import type { Runtime } from '../control-plane/runtime/runtime.js'
import { cancelledBy, NOT_CANCELLED } from '../foundation/async/cancellation.js'
import { aborted, NEVER, withDeadline } from '../foundation/async/deadline.js'
import { digestApiKey, newId } from '../foundation/crypto/api-key.js'
import { AllvError } from '../foundation/errors/allv-error.js'
import { isRecord } from '../foundation/json/guards.js'
import { withoutNulls } from '../foundation/json/host-values.js'
import { isStorableText } from '../foundation/text/text.js'
import { asJson, type Sent } from './arguments.js'
import { type AgentOutcome, toAgentOutcome } from './outcome.js'

/** The second face of a control plane, made by `createAllvAgentApi`. It gives an agent for one member at a time. */
export interface AllvAgentApi {
  /**
   * Works with an API key, as a request over HTTP does: the key, the feature flag, the member and the rate limit are checked. Rejects with an
   * AllvError when a check refuses. `member` may be left out for a key that acts for exactly one member.
   */
  withApiKey(request: {
    readonly workspaceId: string
    readonly apiKey: string
    readonly member?: MemberSelector
  }): Promise<AllvAgent>
  /**
   * Works as a member for whom the host itself vouches, without a key. `via` names the host's integration: it is the id of the credential in
   * contexts, runs and audit events. `scopes` defaults to all. The feature flag, the member and the rate limit are checked. Rejects with an
   * AllvError when a check refuses.
   */
  asMember(request: {
    readonly workspaceId: string
    readonly memberId: string
    readonly via: string
    readonly scopes?: readonly string[]
  }): Promise<AllvAgent>
  /**
   * Takes no more calls (they reject with SHUTTING_DOWN), ends waits for an approval as pending and questions to `onInput` without an answer, lets
   * running tools finish, and resolves when nothing runs any more. May be called more than once; never rejects. Other faces of the control plane
   * go on.
   */
  close(): Promise<void>
}

type OnInput = (
  requests: Readonly<Record<string, InputRequest>>,
) => Promise<Readonly<Record<string, InputResponse>> | null>

/** Options of one `callTool`. All are optional; `null` counts as not given. */
export interface CallOptions {
  /** The same key and arguments get the outcome of the first call; visible ASCII, at most 255 characters. */
  readonly idempotencyKey?: string
  /** Told the progress that the tool reports. */
  readonly onProgress?: (update: ToolProgress) => void
  /** Answers what a tool asks, by its keys; `null` for no answer. Without it, a tool that asks gets CLIENT_CAPABILITY_REQUIRED. */
  readonly onInput?: OnInput
  /** Aborting it cancels the call. */
  readonly signal?: AbortSignal
}

/** One member at work. Every method passes all gates anew: a revoked key or member is refused with the next call. */
export interface AllvAgent {
  /** The member that the agent works as, as it was when the agent was made. */
  readonly member: Member
  /**
   * The tools that this member may use with this credential, the built-in ones included. Rejects with an AllvError when a gate refuses.
   */
  listTools(): Promise<readonly ToolDefinition[]>
  /** `name` is the canonical one. Rejects with an AllvError when the call is refused before a run begins; afterwards the outcome tells. */
  callTool(name: string, args?: object, options?: CallOptions): Promise<AgentOutcome>
  /** Empty where the host has no memory, and for a credential without the scope `memory:read`. */
  listMemory(page?: { readonly cursor?: string }): Promise<MemoryList>
  /** Rejects with MEMORY_NOT_FOUND where there is no such entry for this member. */
  readMemory(key: string): Promise<MemoryEntry>
  /** The member's own approval, or `null`: for an unknown id, for that of another member, and where the host has no approvals adapter. */
  getApproval(id: string): Promise<Approval | null>
  /** The approval once it is decided, or as it is after `timeoutMs` (default: the option `approvalHoldMs`). */
  waitForApproval(
    id: string,
    options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<Approval | null>
}

/** The Agent API on the given control plane, or on one of its own made from options. */
export function createAllvAgentApi<Extra = unknown>(
  source: AllvMcpOptions<Extra> | ControlPlane,
): AllvAgentApi {
  const runtime = runtimeOf(source)
  const face: AgentFace = { runtime, lifecycle: runtime.lifecycle.under() }
  return {
    withApiKey(request) {
      assertRequest(request, 'withApiKey', '{ workspaceId, apiKey, member? }')
      const { workspaceId, apiKey, member } = request
      // What is no text is no key, such as a header that was not sent.
      const presented: Presented =
        typeof apiKey !== 'string' || apiKey === ''
          ? { kind: 'none' }
          : { kind: 'api-key', digest: digestApiKey(apiKey) }
      return open(face, { workspaceId, presented, selector: member ?? {} })
    },
    asMember(request) {
      assertRequest(request, 'asMember', '{ workspaceId, memberId, via }')
      const { workspaceId, memberId, via, scopes = ['*'] } = request
      if (typeof via !== 'string' || via === '' || !isStorableText(via))
        throw new TypeError(
          'asMember needs via: the name of the integration that vouches, a text that can be stored',
        )
      return open(face, {
        workspaceId,
        presented: { kind: 'host', via, scopes: [...scopes] },
        selector: { id: memberId },
      })
    },
    close: () => face.lifecycle.close(),
  }
}

interface AgentFace {
  readonly runtime: Runtime
  readonly lifecycle: Lifecycle
}

function assertRequest(request: unknown, what: string, shape: string): void {
  if (!isRecord(request)) throw new TypeError(`${what} needs an object: ${what}(${shape})`)
}

interface Seat {
  readonly workspaceId: string
  readonly presented: Presented
  readonly selector: MemberSelector
}

async function open(face: AgentFace, seat: Seat): Promise<AllvAgent> {
  const { runtime } = face
  const { context } = await work(face, seat, async (admitted) => admitted)
  return {
    member: context.member,
    listTools: () => work(face, seat, (admitted) => listTools(runtime, admitted)),
    callTool: async (name, args, options) => {
      const sent = asJson(args ?? {})
      return work(face, seat, (admitted) =>
        callTool(face, admitted, textOf(name), sent, withoutNulls(options ?? {})),
      )
    },
    listMemory: (page) =>
      work(face, seat, (admitted) => listMemory(runtime, admitted, page?.cursor ?? undefined)),
    readMemory: (key) => work(face, seat, (admitted) => readMemory(runtime, admitted, textOf(key))),
    getApproval: (id) => work(face, seat, (admitted) => getApproval(runtime, admitted, textOf(id))),
    waitForApproval: (id, options) =>
      work(face, seat, (admitted) =>
        waitForApproval(runtime, admitted, textOf(id), {
          timeoutMs: options?.timeoutMs ?? runtime.config.approvalHoldMs,
          signal: options?.signal ?? NEVER,
        }),
      ),
  }
}

/** Passes all gates, and counts as running until it is done. */
async function work<T>(face: AgentFace, seat: Seat, act: (admitted: Admitted) => Promise<T>): Promise<T> {
  face.lifecycle.enter()
  try {
    return await act(await enter(face, seat))
  } finally {
    face.lifecycle.leave()
  }
}

/** Nothing is called by what is no text, nor by the empty one. */
function textOf(name: unknown): string {
  return typeof name === 'string' ? name : ''
}

function enter(
  { runtime, lifecycle }: AgentFace,
  { workspaceId, presented, selector }: Seat,
): Promise<Admitted> {
  const received: Received = {
    correlationId: newId('req'),
    face: 'agent',
    era: null,
    claimedWorkspaceId: workspaceId,
    presented,
    selector,
    client: null,
    trace: null,
    closing: lifecycle.closing,
    background: lifecycle.run,
  }
  return admit(runtime, received)
}

async function callTool(
  { runtime, lifecycle }: AgentFace,
  admitted: Admitted,
  name: string,
  sent: Sent,
  { idempotencyKey, onProgress, onInput, signal }: CallOptions,
): Promise<AgentOutcome> {
  const refuse = (error: AllvError) =>
    auditRefusal(runtime, admitted, { operation: 'tools/call', error, tool: name })
  if (idempotencyKey !== undefined && !isIdempotencyKey(idempotencyKey))
    throw await refuse(new AllvError('INVALID_PARAMS'))
  if ('error' in sent) throw await refuse(sent.error)
  const outcome = await runTool(runtime, admitted, {
    name,
    find: (tools) => tools.find((tool) => tool.name === name),
    arguments: sent.value,
    idempotencyKey: idempotencyKey ?? null,
    inputChannel:
      onInput === undefined
        ? { capabilities: NO_CAPABILITIES }
        : { capabilities: ALL_CAPABILITIES, request: untilClosing(lifecycle.closing, onInput) },
    waits: REPEAT_ONLY,
    retry: null,
    task: null,
    cancel: signal === undefined ? NOT_CANCELLED : cancelledBy(signal),
    mayReconnect: false,
    progress: onProgress ?? (() => {}),
  })
  return toAgentOutcome(outcome)
}

/** A person may take any time to answer; an app that closes does not wait for one. */
function untilClosing(closing: AbortSignal, onInput: OnInput): OnInput {
  return (requests) =>
    withDeadline({ ms: Number.POSITIVE_INFINITY, signals: [closing] }, ({ signal }) =>
      Promise.race([onInput(requests), aborted(signal).then(() => null)]),
    )
}
