/**
 * Where a task stands whose tool asked its client. The checkpoint is kept with the run, sealed: it holds the arguments, which nothing else
 * keeps, and any node that shares the secret goes on from it.
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

export interface TaskCheckpoint {
  /** Counts the times that this task has asked. */
  readonly step: number
  readonly arguments: JsonObject
  /** By keys that are never used again in this task. MCP tasks extension, Task Update Requests. */
  readonly requests: Readonly<Record<string, InputRequest>>
  /** What has been answered so far, by the same keys. */
  readonly answers: InputResponses
  /** The tool's own. */
  readonly state: JsonValue
  readonly approvalId: string | null
  readonly consumedBy: string | null
  /** The caller's own, which is part of what an approval is bound to. */
  readonly idempotencyKey: string | null
  /** The run that goes on with the answers; `null` while some are missing. */
  readonly continuedBy: string | null
}

const MAX_CHECKPOINT_LENGTH = 64 * 1024

/** Suspends the run: its tool runs again with the answers, and until then nothing waits for them. */
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

export async function sealCheckpoint(
  runtime: Runtime,
  runId: string,
  checkpoint: TaskCheckpoint,
): Promise<string> {
  const text = JSON.stringify(checkpoint)
  if (text.length > MAX_CHECKPOINT_LENGTH)
    throw new TypeError(
      'a task that asks keeps its arguments, questions and state in 64 KiB; keep large ones in the host and pass an id',
    )
  // `note` is its name in what stores hold.
  return runtime.sealer.seal('task', { runId, note: text }, TASK_TTL_MS / 1000)
}

/** `null` for a checkpoint of another run, or one that was sealed under a secret that is gone. */
export async function openCheckpoint(
  runtime: Runtime,
  { id, checkpoint }: Pick<Run, 'id' | 'checkpoint'>,
): Promise<TaskCheckpoint | null> {
  const state = checkpoint === null ? null : await runtime.sealer.open('task', checkpoint)
  return state === null || state['runId'] !== id ? null : JSON.parse(state['note'] ?? 'null')
}

/** The answers by the tool's own keys. */
export function answersForTool({ step, answers }: TaskCheckpoint): InputResponses {
  const prefix = `${step}.`
  return Object.fromEntries(
    Object.entries(answers).map(([key, answer]) => [key.slice(prefix.length), answer] as const),
  )
}

export function pendingRequests({ requests, answers }: TaskCheckpoint): TaskCheckpoint['requests'] {
  return Object.fromEntries(Object.entries(requests).filter(([key]) => !Object.hasOwn(answers, key)))
}
