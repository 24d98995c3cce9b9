/**
 * Checkpoints of tasks whose tool asked its client. A checkpoint is stored with the run, sealed. It holds the arguments, which are stored
 * nowhere else, so any node that has the secret can resume the task.
 */

import type { Ask, InputRequest } from '../../adapters/input-requests.js'
import type { Run } from '../../adapters/runs.js'
import type { JsonObject, JsonValue } from '../../foundation/json/json.js'
import { extendExecution } from '../approvals/consume.js'
import type { InputResponses } from '../input/validate-responses.js'
import type { RunAnswer } from '../request/call-outcome.js'
import type { Approved } from '../request/call-stages.js'
import { TASK_TTL_MS } from '../runtime/leases.js'
import type { Runtime } from '../runtime/runtime.js'

/** The state from which a task is resumed. */
export interface TaskCheckpoint {
  /** How often this task has asked. */
  readonly step: number
  /** The validated arguments of the call. */
  readonly arguments: JsonObject
  /** The input requests. A key is never used twice in one task. MCP tasks extension, Task Update Requests. */
  readonly requests: Readonly<Record<string, InputRequest>>
  /** The responses so far, by the same keys. */
  readonly answers: InputResponses
  /** The state that the tool passed to `ask()`. */
  readonly state: JsonValue
  /** Id of the approval of the call; `null` for none. */
  readonly approvalId: string | null
  /** The run that consumed the approval; `null` for none. */
  readonly consumedBy: string | null
  /** The caller's key; an approval is bound to it too. */
  readonly idempotencyKey: string | null
  /** The run that continues with the responses; `null` while some are missing. */
  readonly continuedBy: string | null
}

const MAX_CHECKPOINT_LENGTH = 64 * 1024

/** Suspends the run. The tool runs again when the responses are there; no process waits for them. */
export async function suspend(runtime: Runtime, approved: Approved, ask: Ask): Promise<RunAnswer> {
  const { run, arguments: args, grant, input } = approved
  const { approvalId, consumedBy } = grant
  const runId = run.id
  const step = (input.task?.step ?? 0) + 1
  const keyed = Object.entries(ask.inputRequests).map(
    ([key, request]) => [`${step}.${key}`, request] as const,
  )
  const checkpoint = await sealCheckpoint(runtime, input.task?.taskId ?? runId, {
    step,
    arguments: args,
    requests: Object.fromEntries(keyed),
    answers: {},
    state: ask.state,
    approvalId,
    consumedBy,
    idempotencyKey: input.idempotencyKey,
    continuedBy: null,
  })
  await extendExecution(runtime, approved, TASK_TTL_MS)
  return { kind: 'suspended', runId, approvalId, checkpoint }
}

/** Seals a checkpoint for the store. Throws a TypeError above 64 KiB of JSON. */
export async function sealCheckpoint(
  runtime: Runtime,
  runId: string,
  checkpoint: TaskCheckpoint,
): Promise<string> {
  const text = JSON.stringify(checkpoint)
  if (text.length > MAX_CHECKPOINT_LENGTH)
    throw new TypeError(
      'the arguments, input requests and state of a task that asks must fit in 64 KiB; keep large data in the host and pass an id',
    )
  // Tokens that stores hold already use the name `note`.
  return runtime.sealer.seal('task', { runId, note: text }, TASK_TTL_MS / 1000)
}

/** Opens the checkpoint of a run. `null` for none, for one of another run, and for one that no current secret opens. */
export async function openCheckpoint(
  runtime: Runtime,
  { id, checkpoint }: Pick<Run, 'id' | 'checkpoint'>,
): Promise<TaskCheckpoint | null> {
  const state = checkpoint === null ? null : await runtime.sealer.open('task', checkpoint)
  return state === null || state['runId'] !== id ? null : JSON.parse(state['note'] ?? 'null')
}

/** The responses, by the keys that the tool used. */
export function answersForTool({ step, answers }: TaskCheckpoint): InputResponses {
  const prefix = `${step}.`
  return Object.fromEntries(
    Object.entries(answers).map(([key, answer]) => [key.slice(prefix.length), answer] as const),
  )
}

/** The input requests without a response. */
export function pendingRequests({ requests, answers }: TaskCheckpoint): TaskCheckpoint['requests'] {
  return Object.fromEntries(Object.entries(requests).filter(([key]) => !Object.hasOwn(answers, key)))
}
