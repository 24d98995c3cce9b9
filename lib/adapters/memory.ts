/** The workspace's memory: entries that members read as resources, and change through one tool. */

import type { MemberContext } from './principal.js'

/** An entry of memory without its text. */
export interface MemoryEntryInfo {
  /** 1 to 512 characters without control characters or `.` and `..` segments; unique in the workspace. */
  readonly key: string
  /** A name for people. Default: clients show the key. */
  readonly title?: string
  /** What it is about, for people and models. Default: none. */
  readonly description?: string
  /** Default `text/plain`. */
  readonly mimeType?: string
  /** Opaque; changes with every change of the entry. */
  readonly revision: string
  /** When it was changed last. */
  readonly updatedAt: Date
}

/** An entry of memory. */
export interface MemoryEntry extends MemoryEntryInfo {
  /** The whole text, at most 1,000,000 characters (code points). */
  readonly text: string
}

/** A form of keys that clients can fill in. */
export interface MemoryTemplate {
  /** RFC 6570 template of keys, such as `contacts/{contactId}`. */
  readonly keyTemplate: string
  /** A name for programs. */
  readonly name: string
  /** A name for people. Default: clients show `name`. */
  readonly title?: string
  /** What the entries are about. Default: none. */
  readonly description?: string
  /** Of all entries of this form. Default: not said. */
  readonly mimeType?: string
}

/** Which page of a list is wanted. */
export interface MemoryPage {
  /** What `nextCursor` of the page before was; `null` for the first page. The library seals it before a client sees it. */
  readonly cursor: string | null
  /** At most so many entries. */
  readonly limit: number
}

/** One page of entries. */
export interface MemoryList {
  /** In the order of the list. */
  readonly entries: readonly MemoryEntryInfo[]
  /** `null`: this was the last page. */
  readonly nextCursor: string | null
}

/** One change of one entry. */
export interface MemoryChange {
  /** The key of the entry. */
  readonly key: string
  /** `replace` and `append` create an entry that is missing. */
  readonly operation: 'replace' | 'append' | 'delete'
  /** The text to store or append; `null` for `delete`. */
  readonly value: string | null
  /** The change is refused as a conflict unless this is the entry's revision. `null`: no expectation. */
  readonly expectedRevision: string | null
  /** The run that makes the change. */
  readonly runId: string
}

/** What became of a change. */
export type MemoryUpdate =
  | {
      /** The entry has the new text. */
      readonly status: 'updated'
      /** Its new revision. */
      readonly revision: string
      /** `true`: there was no such entry before. Default `false`. */
      readonly created?: boolean
    }
  | {
      /** The entry is gone. */
      readonly status: 'deleted'
    }
  | {
      /** The revision was not the expected one; nothing changed. */
      readonly status: 'conflict'
      /** The present one. `null`: there is no entry. */
      readonly revision: string | null
    }
  | {
      /** `not_found`: nothing there to delete. `too_large`: the text would be longer than 1,000,000 characters (code points). Nothing changed. */
      readonly status: 'not_found' | 'too_large'
    }

/** The memory of the workspaces. */
export interface MemoryAdapter<Extra = unknown> {
  /** One page of the entries that this member may read, in a fixed order, each once over all pages. No side effects. */
  list(context: MemberContext<Extra>, page: MemoryPage): Promise<MemoryList>
  /** One entry. `null`: there is none, or this member may not read it. No side effects. */
  read(context: MemberContext<Extra>, query: { readonly key: string }): Promise<MemoryEntry | null>
  /**
   * Compares the revision and changes the entry in one atomic step: of two concurrent updates that expect the same revision, one is a
   * conflict. `append` to a missing entry creates it. No change makes a text longer than 1,000,000 characters: what is longer is not
   * read. Left out: memory is read-only.
   */
  update?(context: MemberContext<Extra>, change: MemoryChange): Promise<MemoryUpdate>
  /** Forms of keys that this member may read. Left out: there are none. */
  templates?(context: MemberContext<Extra>): Promise<readonly MemoryTemplate[]>
}

/** The half of memory that resources are given: there is no write method to call. */
export type MemoryReader<Extra = unknown> = Omit<MemoryAdapter<Extra>, 'update'>
