/** Resources of the host app beside memory: documents, images, records. Read-only, as memory is through this door. */

import type { Answered, Ask } from './input-requests.js'
import type { MemberContext } from './principal.js'
import type { Completion, CompletionQuery } from './prompts.js'

export interface ResourceInfo {
  /** A URI of the host's own scheme. `allv:`, or the option `brand.memoryScheme`, is the library's. */
  readonly uri: string
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly mimeType?: string
  /** Bytes. */
  readonly size?: number
  readonly updatedAt?: Date
}

/** `blob` is Base64. */
export type ResourceContents = { readonly uri: string; readonly mimeType?: string } & (
  | { readonly text: string }
  | { readonly blob: string }
)

export interface ResourceTemplate {
  /** RFC 6570, in the host's own scheme. */
  readonly uriTemplate: string
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly mimeType?: string
}

/**
 * Promise: `list` gives, in a fixed order, what this member may read; it follows the memory entries in `resources/list`. `read` gives the
 * contents of one URI, listed or of a template, `null` where there is none or this member may not read it, or asks. No side effects.
 */
export interface ResourcesAdapter<Extra = unknown> {
  list(context: MemberContext<Extra>): Promise<readonly ResourceInfo[]>
  read(
    context: MemberContext<Extra>,
    query: { readonly uri: string } & Answered,
  ): Promise<readonly ResourceContents[] | Ask | null>
  templates?(context: MemberContext<Extra>): Promise<readonly ResourceTemplate[]>
  complete?(context: MemberContext<Extra>, query: CompletionQuery): Promise<Completion>
}
