/** The Agent API: runs the operations of the control plane in process, without HTTP, for hosts that have their own request and response format. */

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
import { withoutNulls } from '../foundation/json/host-values.js'
import { asJson, type Sent } from './arguments.js'
import { type AgentOutcome, toAgentOutcome } from './outcome.js'
import { assertRequest, assertVia, readScopes, readSelector } from './requests.js'

/** The Agent API of a control plane, made by `createAllvAgentApi`. It makes agents, each for one member. */
export interface AllvAgentApi {
  /**
   * Makes an agent for an API key. It checks the key, the feature flag, the member and the rate limit, as for an HTTP request. Rejects with an
   * AllvError if a check refuses. `member` may be left out for a key that acts for exactly one member. Throws a
   * TypeError for an unknown option, and for a `member` that is not an object of strings.
   */
  withApiKey(request: {
    readonly workspaceId: string
    readonly apiKey: string
    readonly member?: MemberSelector
  }): Promise<AllvAgent>
  /**
   * Makes an agent for a member without an API key: the host has authenticated the member. `via` names the host's integration: it is the id of
   * the credential in contexts, runs and audit events. `scopes` defaults to all. It checks the feature flag, the member and the rate limit. Rejects
   * with an AllvError if a check refuses. Throws a TypeError for an unknown option, and for `scopes` that are not a list of strings.
   */
  asMember(request: {
    readonly workspaceId: string
    readonly memberId: string
    readonly via: string
    readonly scopes?: readonly string[]
  }): Promise<AllvAgent>
  /**
   * Closes this API. New calls reject with SHUTTING_DOWN. Waits for an approval end as pending, and input requests to `onInput` end without an
   * answer. Running tools finish. Resolves when nothing runs any more. May be called more than once; never rejects. The control plane stays open.
   */
  close(): Promise<void>
}

type OnInput = (
  requests: Readonly<Record<string, InputRequest>>,
) => Promise<Readonly<Record<string, InputResponse>> | null>

/** Options of one `callTool`. All are optional; `null` means not given. */
export interface CallOptions {
  /** A repeat with the same key and arguments gets the outcome of the first call. Visible ASCII, at most 255 characters. */
  readonly idempotencyKey?: string
  /** Called with each progress report of the tool. */
  readonly onProgress?: (update: ToolProgress) => void
  /** Answers a tool's input requests, by their keys; `null`: no answer. Without it, a call that asks ends with CLIENT_CAPABILITY_REQUIRED. */
  readonly onInput?: OnInput
  /** Aborting it cancels the call. */
  readonly signal?: AbortSignal
}

/** The operations of one member. Every method runs all admission checks again, so a revoked key or member is refused at the next call. */
export interface AllvAgent {
  /** The member that the agent acts for, as it was when the agent was made. */
  readonly member: Member
  /** The tools that this member may use with this credential, with the built-in ones. Rejects with an AllvError if a check refuses. */
  listTools(): Promise<readonly ToolDefinition[]>
  /** Calls a tool by its canonical name. Rejects with an AllvError if the call is refused before a run begins; later it resolves with the outcome. */
  callTool(name: string, args?: object, options?: CallOptions): Promise<AgentOutcome>
  /** One page of the memory entries. Empty if the host has no memory, or the credential does not have the scope `memory:read`. */
  listMemory(page?: { readonly cursor?: string }): Promise<MemoryList>
  /** One memory entry with its text. Rejects with MEMORY_NOT_FOUND if there is none that this member may read. */
  readMemory(key: string): Promise<MemoryEntry>
  /** The member's own approval. `null`: the id is unknown or of another member's approval, or the host has no approvals adapter. */
  getApproval(id: string): Promise<Approval | null>
  /** The approval when it is decided, or as it is after `timeoutMs` milliseconds (default: the option `approvalHoldMs`) or when `signal` aborts. */
  waitForApproval(
    id: string,
    options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<Approval | null>
}

/** Makes the Agent API on a control plane, or on a new control plane from options. Throws a TypeError for invalid options. */
export function createAllvAgentApi<Extra = unknown>(
  source: AllvMcpOptions<Extra> | ControlPlane,
): AllvAgentApi {
  const runtime = runtimeOf(source)
  const face: AgentFace = { runtime, lifecycle: runtime.lifecycle.under() }
  return {
    withApiKey(request) {
      assertRequest(request, 'withApiKey', '{ workspaceId, apiKey, member? }')
      const { workspaceId, apiKey, member } = request
      // For example `undefined`, from a header that the caller did not send.
      const presented: Presented =
        typeof apiKey !== 'string' || apiKey === ''
          ? { kind: 'none' }
          : { kind: 'api-key', digest: digestApiKey(apiKey) }
      return open(face, { workspaceId, presented, selector: readSelector(member) })
    },
    asMember(request) {
      assertRequest(request, 'asMember', '{ workspaceId, memberId, via }')
      const { workspaceId, memberId, via, scopes } = request
      assertVia(via)
      return open(face, {
        workspaceId,
        presented: { kind: 'host', via, scopes: readScopes(scopes) },
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

/** The caller of an agent. */
interface AgentCaller {
  readonly workspaceId: string
  readonly presented: Presented
  readonly selector: MemberSelector
}

async function open(face: AgentFace, caller: AgentCaller): Promise<AllvAgent> {
  const { runtime } = face
  const { context } = await work(face, caller, async (admitted) => admitted)
  return {
    member: context.member,
    listTools: () => work(face, caller, (admitted) => listTools(runtime, admitted)),
    callTool: async (name, args, options) => {
      const sent = asJson(args ?? {})
      return work(face, caller, (admitted) =>
        callTool(face, admitted, textOf(name), sent, withoutNulls(options ?? {})),
      )
    },
    listMemory: (page) =>
      work(face, caller, (admitted) => listMemory(runtime, admitted, page?.cursor ?? undefined)),
    readMemory: (key) => work(face, caller, (admitted) => readMemory(runtime, admitted, textOf(key))),
    getApproval: (id) => work(face, caller, (admitted) => getApproval(runtime, admitted, textOf(id))),
    waitForApproval: (id, options) =>
      work(face, caller, (admitted) =>
        waitForApproval(runtime, admitted, textOf(id), {
          timeoutMs: options?.timeoutMs ?? runtime.config.approvalHoldMs,
          signal: options?.signal ?? NEVER,
        }),
      ),
  }
}

/** Runs the admission checks and then `act`. `close` waits until both have ended. */
async function work<T>(
  face: AgentFace,
  caller: AgentCaller,
  act: (admitted: Admitted) => Promise<T>,
): Promise<T> {
  face.lifecycle.enter()
  try {
    return await act(await enter(face, caller))
  } finally {
    face.lifecycle.leave()
  }
}

/** A name that is not a string becomes the empty name, which no tool, entry or approval has. */
function textOf(name: unknown): string {
  return typeof name === 'string' ? name : ''
}

function enter(
  { runtime, lifecycle }: AgentFace,
  { workspaceId, presented, selector }: AgentCaller,
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

/** `onInput` without a time limit, because a person may need long to answer. It ends without an answer when the API closes. */
function untilClosing(closing: AbortSignal, onInput: OnInput): OnInput {
  return (requests) =>
    withDeadline({ ms: Number.POSITIVE_INFINITY, signals: [closing] }, ({ signal }) =>
      Promise.race([onInput(requests), aborted(signal).then(() => null)]),
    )
}
