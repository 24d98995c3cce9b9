/** Checks values that arrive over an event bus, and accepts only events. */

import type { BusEvent } from '../adapters/events.js'
import { isRecord } from '../foundation/json/guards.js'

/** The text fields that each type of event has, beside `workspaceId` and `memberId`. */
const TEXTS: ReadonlyMap<unknown, readonly string[]> = new Map(
  Object.entries({
    tools_changed: [],
    prompts_changed: [],
    resources_changed: [],
    memory_changed: ['key'],
    resource_changed: ['uri'],
    approval_changed: ['approvalId'],
    library: ['memberId', 'sealed'],
  } satisfies Record<BusEvent['type'], readonly string[]>),
)

/**
 * Whether a value is an event that this version of the library knows: its type is known, and it has `workspaceId`, `memberId` and the fields of
 * its type. It is `false` for a type that only a newer version knows.
 *
 * @example
 * const listeners = createListenerSet<[BusEvent]>((error) => log.error(error))
 * queue.onValue((value: unknown) => {
 *   if (isBusEvent(value)) listeners.publish(value)
 * })
 */
export function isBusEvent(value: unknown): value is BusEvent {
  if (!isRecord(value)) return false
  const { type, workspaceId, memberId } = value
  const isAddressed = typeof workspaceId === 'string' && (memberId === null || typeof memberId === 'string')
  return isAddressed && (TEXTS.get(type)?.every((name) => typeof value[name] === 'string') ?? false)
}

/**
 * Reads an event that another node published as JSON. `null`: the text is not such an event. Never throws.
 *
 * @example
 * const listeners = createListenerSet<[BusEvent]>((error) => log.error(error))
 * transport.onText((text) => {
 *   const event = readBusEvent(text)
 *   if (event !== null) listeners.publish(event)
 * })
 */
export function readBusEvent(text: string): BusEvent | null {
  try {
    const value: unknown = JSON.parse(text)
    return isBusEvent(value) ? value : null
  } catch {
    return null
  }
}
