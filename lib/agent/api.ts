/** The Agent API: runs the operations of the control plane in process, without HTTP, for hosts that have their own request and response format. */

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
import type { Resource } from '../oauth/resource.js'
import { presentToken } from './access-token.js'
import type { AllvAgent, AllvAgentApi, CallOptions, OnInput } from './agent.js'
import { asJson, type Sent } from './arguments.js'
import { type AgentOutcome, toAgentOutcome } from './outcome.js'
import { assertRequest, assertText, assertVia, readOptions, readScopes, readSelector } from './requests.js'

/**
 * Makes the Agent API on a control plane, or on a new control plane from options. Throws a TypeError for invalid options.
 *
 * @example
 * const agents = createAllvAgentApi(plane)
 * const ada = await agents.asMember({ workspaceId: 'ws_acme', memberId: 'mem_ada', via: 'support-inbox' })
 * const outcome = await ada.callTool('deals.create', { title: 'Anvil' }, { idempotencyKey: 'message-17' })
 */
export function createAllvAgentApi<Extra = unknown>(
  source: AllvMcpOptions<Extra> | ControlPlane,
): AllvAgentApi {
  const runtime = runtimeOf(source)
  const face: AgentFace = { runtime, lifecycle: runtime.lifecycle.under() }
  return {
    async withApiKey(request) {
      assertRequest(request, 'withApiKey', '({ workspaceId, apiKey, member? })')
      const { workspaceId, apiKey, member } = request
      assertText(workspaceId, 'withApiKey', 'workspaceId')
      // For example `undefined`, from a header that the caller did not send.
      const presented: Presented =
        typeof apiKey !== 'string' || apiKey === ''
          ? { kind: 'none' }
          : { kind: 'api-key', digest: digestApiKey(apiKey) }
      return open(face, { workspaceId, presented, selector: readSelector(member) })
    },
    async withAccessToken(request) {
      assertRequest(request, 'withAccessToken', '({ workspaceId, accessToken })')
      const { workspaceId, accessToken } = request
      assertText(workspaceId, 'withAccessToken', 'workspaceId')
      return open(face, { workspaceId, ...presentToken(runtime, workspaceId, accessToken), selector: {} })
    },
    async asMember(request) {
      assertRequest(request, 'asMember', '({ workspaceId, memberId, via })')
      const { workspaceId, memberId, via, scopes } = request
      assertText(workspaceId, 'asMember', 'workspaceId')
      assertText(memberId, 'asMember', 'memberId')
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
  /** The endpoint for tokens; only for an access token. */
  readonly resource?: Resource
  readonly selector: MemberSelector
}

async function open(face: AgentFace, caller: AgentCaller): Promise<AllvAgent> {
  const { runtime } = face
  const { context } = await work(face, caller, async (admitted) => admitted)
  return {
    member: context.member,
    listTools: () => work(face, caller, (admitted) => listTools(runtime, admitted)),
    callTool: async (name, args, given) => {
      const options = readOptions(given, 'callTool')
      const sent = asJson(args ?? {})
      return work(face, caller, (admitted) => callTool(face, admitted, textOf(name), sent, options))
    },
    listMemory: async (page) => {
      const { cursor } = readOptions(page, 'listMemory')
      return work(face, caller, (admitted) => listMemory(runtime, admitted, cursor))
    },
    readMemory: (key) => work(face, caller, (admitted) => readMemory(runtime, admitted, textOf(key))),
    getApproval: (id) => work(face, caller, (admitted) => getApproval(runtime, admitted, textOf(id))),
    waitForApproval: async (id, options) => {
      const { timeoutMs = runtime.config.approvalHoldMs, signal = NEVER } = readOptions(
        options,
        'waitForApproval',
      )
      return work(face, caller, (admitted) =>
        waitForApproval(runtime, admitted, textOf(id), { timeoutMs, signal }),
      )
    },
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
  { workspaceId, presented, resource, selector }: AgentCaller,
): Promise<Admitted> {
  const received: Received = {
    correlationId: newId('req'),
    face: 'agent',
    era: null,
    claimedWorkspaceId: workspaceId,
    presented,
    resource: resource ?? null,
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
