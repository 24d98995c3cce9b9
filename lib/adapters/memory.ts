/** The adapter that stores the workspace's memory: entries that clients read as resources and change with one tool. */

import type { MemberContext } from './principal.js'

/** A memory entry without its text. */
export interface MemoryEntryInfo {
  /** The key, unique in the workspace: 1 to 512 characters, no control characters, no segments `.` or `..`. */
  readonly key: string
  /** A name for people. Default: clients show the key. */
  readonly title?: string
  /** A description for people and models. Default: none. */
  readonly description?: string
  /** The MIME type of the text. Default `text/plain`. */
  readonly mimeType?: string
  /** An opaque value that changes with every change of the entry. */
  readonly revision: string
  /** When it was last changed. */
  readonly updatedAt: Date
}

/** A memory entry. */
export interface MemoryEntry extends MemoryEntryInfo {
  /** The whole text, at most 1,000,000 characters (code points). */
  readonly text: string
}

/** A template of keys that clients can fill in. */
export interface MemoryTemplate {
  /** The RFC 6570 template of the keys, such as `contacts/{contactId}`. */
  readonly keyTemplate: string
  /** A name for programs. */
  readonly name: string
  /** A name for people. Default: clients show `name`. */
  readonly title?: string
  /** A description of the entries. Default: none. */
  readonly description?: string
  /** The MIME type of all these entries, if it is one. Default: none. */
  readonly mimeType?: string
}

/** The requested page of a list. */
export interface MemoryPage {
  /** The `nextCursor` of the page before; `null` for the first page. Clients get it only encrypted. */
  readonly cursor: string | null
  /** The largest number of entries to return. */
  readonly limit: number
}

/** One page of entries. */
export interface MemoryList {
  /** The entries, in the order of the list. */
  readonly entries: readonly MemoryEntryInfo[]
  /** The cursor of the next page. `null`: this is the last page. */
  readonly nextCursor: string | null
}

/** A change of an entry. */
export interface MemoryChange {
  /** The key of the entry. */
  readonly key: string
  /** The kind of change. `replace` and `append` make an entry if there is none. */
  readonly operation: 'replace' | 'append' | 'delete'
  /** The text to store or append; `null` for `delete`. */
  readonly value: string | null
  /** The change is a conflict unless the entry has this revision. `null`: any revision. */
  readonly expectedRevision: string | null
  /** The id of the run that makes the change. */
  readonly runId: string
}

/** The result of `update`. */
export type MemoryUpdate =
  | {
      /** The entry has the new text. */
      readonly status: 'updated'
      /** The new revision. */
      readonly revision: string
      /** `true`: the entry was made by this change. Default `false`. */
      readonly created?: boolean
    }
  | {
      /** The entry was deleted. */
      readonly status: 'deleted'
    }
  | {
      /** The revision was not the expected one. Nothing changed. */
      readonly status: 'conflict'
      /** The current revision. `null`: there is no entry. */
      readonly revision: string | null
    }
  | {
      /** `not_found`: there is no entry to delete. `too_large`: the text would have more than 1,000,000 characters (code points). Nothing changed. */
      readonly status: 'not_found' | 'too_large'
    }

/**
 * Stores the memory of the workspaces. `Extra`: see `Member`.
 *
 * @example
 * const memory: MemoryAdapter = {
 *   list: async ({ workspaceId }) => ({ entries: await db.all<MemoryEntryInfo>('notes', { workspaceId }), nextCursor: null }),
 *   read: ({ workspaceId }, { key }) => db.find<MemoryEntry>('notes', { workspaceId, key }),
 * }
 */
export interface MemoryAdapter<Extra = unknown> {
  /** Lists one page of the entries that this member may read, in a fixed order, each entry on one page only. Must have no side effects. */
  list(context: MemberContext<Extra>, page: MemoryPage): Promise<MemoryList>
  /** Reads one entry. `null`: there is none, or this member may not read it. Must have no side effects. */
  read(context: MemberContext<Extra>, query: { readonly key: string }): Promise<MemoryEntry | null>
  /**
   * Compares the revision and changes the entry in one atomic step: of two concurrent updates that expect the same revision, one is a
   * conflict. `append` makes an entry if there is none. A change must not make a text longer than 1,000,000 characters, because the library does
   * not read longer texts. Left out: memory is read-only.
   */
  update?(context: MemberContext<Extra>, change: MemoryChange): Promise<MemoryUpdate>
  /** Lists the templates of keys that this member may read. Left out: there are none. */
  templates?(context: MemberContext<Extra>): Promise<readonly MemoryTemplate[]>
}

/** A memory adapter without its write method. Code that serves resources gets only this. */
export type MemoryReader<Extra = unknown> = Omit<MemoryAdapter<Extra>, 'update'>
