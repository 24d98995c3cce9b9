/** The workspace's memory: entries that members read as resources, and change through one tool. */

import type { MemberContext } from './principal.js'

export interface MemoryEntryInfo {
  /** 1 to 512 characters without control characters or `.` and `..` segments; unique in the workspace. */
  readonly key: string
  readonly title?: string
  readonly description?: string
  /** Default `text/plain`. */
  readonly mimeType?: string
  /** Opaque; changes with every change of the entry. */
  readonly revision: string
  readonly updatedAt: Date
}

export interface MemoryEntry extends MemoryEntryInfo {
  readonly text: string
}

export interface MemoryTemplate {
  /** RFC 6570 template of keys, such as `contacts/{contactId}`. */
  readonly keyTemplate: string
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly mimeType?: string
}

export interface MemoryPage {
  /** What `nextCursor` of the page before was; `null` for the first page. The library seals it before a client sees it. */
  readonly cursor: string | null
  readonly limit: number
}

export interface MemoryList {
  readonly entries: readonly MemoryEntryInfo[]
  /** `null`: this was the last page. */
  readonly nextCursor: string | null
}

export interface MemoryChange {
  readonly key: string
  readonly operation: 'replace' | 'append' | 'delete'
  /** The text to store or append; `null` for `delete`. */
  readonly value: string | null
  /** The change is refused as a conflict unless this is the entry's revision. `null`: no expectation. */
  readonly expectedRevision: string | null
  readonly runId: string
}

export type MemoryUpdate =
  /** `created`: there was no such entry before. */
  | { readonly status: 'updated'; readonly revision: string; readonly created?: boolean }
  | { readonly status: 'deleted' }
  /** The revision was not the expected one; nothing changed. `revision` is the present one, `null` when there is no entry. */
  | { readonly status: 'conflict'; readonly revision: string | null }
  /** Nothing there to delete. */
  | { readonly status: 'not_found' }
  /** The text would be longer than 1,000,000 characters (code points); nothing changed. */
  | { readonly status: 'too_large' }

/**
 * Promise: `list` gives the entries this member may read, in a fixed order, each once over all pages. `read` gives one of them
 * or `null`; neither has side effects. `update`, when there is one, compares the revision and changes the entry in one atomic
 * step: of two concurrent updates that expect the same revision, one is a conflict. `append` to a missing entry creates it.
 * No change makes a text longer than 1,000,000 characters: what is longer is not read.
 */
export interface MemoryAdapter<Extra = unknown> {
  list(context: MemberContext<Extra>, page: MemoryPage): Promise<MemoryList>
  read(context: MemberContext<Extra>, query: { readonly key: string }): Promise<MemoryEntry | null>
  update?(context: MemberContext<Extra>, change: MemoryChange): Promise<MemoryUpdate>
  templates?(context: MemberContext<Extra>): Promise<readonly MemoryTemplate[]>
}

/** The half of memory that resources are given: there is no write method to call. */
export type MemoryReader<Extra = unknown> = Omit<MemoryAdapter<Extra>, 'update'>
