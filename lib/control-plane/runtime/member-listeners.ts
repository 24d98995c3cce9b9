/** Stores event listeners by workspace and member, so that no member gets the events of another. */

interface Audience {
  readonly workspaceId: string
  readonly memberId: string
}

/** The listeners of this process. */
export interface MemberListeners<E> {
  /** Returns the function that removes the listener. */
  add(audience: Audience, listener: (event: E) => void): () => void
  /** The listeners for an event: those of its member, or those of the whole workspace when `memberId` is `null`. */
  of(event: {
    readonly workspaceId: string
    readonly memberId: string | null
  }): readonly ((event: E) => void)[]
  /** Whether there is no listener. */
  isEmpty(): boolean
}

/** Makes an empty set of listeners. */
export function createMemberListeners<E>(): MemberListeners<E> {
  const byMember = new Map<string, Map<string, Set<(event: E) => void>>>()
  return {
    add({ workspaceId, memberId }, listener) {
      const members = byMember.get(workspaceId) ?? new Map<string, Set<(event: E) => void>>()
      const set = members.get(memberId) ?? new Set<(event: E) => void>()
      byMember.set(workspaceId, members.set(memberId, set.add(listener)))
      return () => {
        set.delete(listener)
        if (set.size === 0 && members.get(memberId) === set) members.delete(memberId)
        if (members.size === 0 && byMember.get(workspaceId) === members) byMember.delete(workspaceId)
      }
    },
    of({ workspaceId, memberId }) {
      const members = byMember.get(workspaceId)
      if (members === undefined) return []
      if (memberId === null) return [...members.values()].flatMap((set) => [...set])
      return [...(members.get(memberId) ?? [])]
    },
    isEmpty: () => byMember.size === 0,
  }
}
