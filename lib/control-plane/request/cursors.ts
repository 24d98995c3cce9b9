/** Seals and opens list cursors. A cursor is valid only for the member and the list that it was made for, for 24 hours. */

import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Runtime } from '../runtime/runtime.js'
import type { Admitted } from './stages.js'

/** The lists that have cursors. */
export type ListName = 'tools' | 'memory' | 'resources' | 'prompts'

const CURSOR_TTL_SECONDS = 24 * 60 * 60

/** Seals a position in a list into a cursor. */
export function sealCursor(
  runtime: Runtime,
  { context }: Admitted,
  list: ListName,
  position: string,
): Promise<string> {
  const state = { list, workspaceId: context.workspaceId, memberId: context.member.id, position }
  return runtime.sealer.seal('cursor', state, CURSOR_TTL_SECONDS)
}

/** The position of a cursor; `null` for the first page. Throws INVALID_CURSOR, also for an empty one. MCP 2026-07-28, server/utilities/pagination. */
export async function openCursor(
  runtime: Runtime,
  admitted: Admitted,
  list: ListName,
  cursor: string | undefined,
): Promise<string | null> {
  if (cursor === undefined) return null
  const position = await positionIn(runtime, admitted, list, cursor)
  if (position === null) throw new AllvError('INVALID_CURSOR')
  return position
}

/** Whether a cursor continues this list of the caller. An error of the sealer is thrown. */
export async function isCursorOf(
  runtime: Runtime,
  admitted: Admitted,
  list: ListName,
  cursor: string,
): Promise<boolean> {
  return (await positionIn(runtime, admitted, list, cursor)) !== null
}

async function positionIn(
  runtime: Runtime,
  { context }: Admitted,
  list: ListName,
  cursor: string,
): Promise<string | null> {
  const state = await runtime.sealer.open('cursor', cursor)
  const ours =
    state !== null &&
    state['list'] === list &&
    state['workspaceId'] === context.workspaceId &&
    state['memberId'] === context.member.id
  return ours ? (state['position'] ?? null) : null
}
