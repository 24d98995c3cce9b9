/** `allv-mcp/adapter-kit`: functions for a host's own stores and event bus, so that they store and publish the same as those of the library. */

export { isBusEvent, readBusEvent } from './bus-events.js'
export { assertDecider, decisionEvent } from './decision-event.js'
export { storableDecision } from './decision-text.js'
export { storableKey, storableMember } from './identity-text.js'
export { createListenerSet, type ListenerSet } from './listener-set.js'
export {
  assertStorableIdentity,
  type IdentityQuery,
  identityDigest,
  type MemberIdentity,
} from './member-identity.js'
export { isTooLongForMemory, MOST_MEMORY_CHARACTERS } from './memory-limit.js'
export { storableEntry } from './memory-text.js'
export type { NodeEvents } from './node-events.js'
export { assertStorableTexts, storableJson } from './storable.js'
