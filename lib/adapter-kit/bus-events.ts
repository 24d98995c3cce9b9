/** Reads what comes over an event bus, and believes it only where it is an event. */

import type { BusEvent } from '../adapters/events.js'
import { isRecord } from '../foundation/json/guards.js'

/** The texts that each kind of event has beside its address. */
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
 * Whether a value is an event that the library publishes or takes: its kind is known, its address and the texts of its kind are there. An event of a
 * kind that only a newer version knows is none.
 *
 * @example
 * queue.on('message', (value) => {
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
 * The event that another node published as JSON, or `null` for anything else that came over the channel. It never throws.
 *
 * @example
 * client.on('message', (_, text) => {
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
