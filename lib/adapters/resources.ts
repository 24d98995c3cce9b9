/** Resources of the host app beside memory: documents, images, records. Read-only, as memory is through this door. */

import type { Answered, Ask } from './input-requests.js'
import type { MemberContext } from './principal.js'
import type { Completion, CompletionQuery } from './prompts.js'

/** A resource, as clients list it. */
export interface ResourceInfo {
  /** A URI of the host's own scheme. `allv:`, or the option `brand.memoryScheme`, is the library's. */
  readonly uri: string
  /** A name for programs. */
  readonly name: string
  /** A name for people. Default: clients show `name`. */
  readonly title?: string
  /** What it is about. Default: none. */
  readonly description?: string
  /** Default: not said. */
  readonly mimeType?: string
  /** Bytes. */
  readonly size?: number
  /** When it was changed last. Default: not said. */
  readonly updatedAt?: Date
}

/** The contents of one URI: a text, or bytes. */
export type ResourceContents = {
  /** Its URI. */
  readonly uri: string
  /** Default: not said. */
  readonly mimeType?: string
} & (
  | {
      /** The whole text. */
      readonly text: string
    }
  | {
      /** The bytes, in Base64. */
      readonly blob: string
    }
)

/** A form of URIs that clients can fill in. */
export interface ResourceTemplate {
  /** RFC 6570, in the host's own scheme. */
  readonly uriTemplate: string
  /** A name for programs. */
  readonly name: string
  /** A name for people. Default: clients show `name`. */
  readonly title?: string
  /** What the resources are about. Default: none. */
  readonly description?: string
  /** Of all resources of this form. Default: not said. */
  readonly mimeType?: string
}

/** Resources of the host beside memory. */
export interface ResourcesAdapter<Extra = unknown> {
  /** What this member may read, in a fixed order. It follows the entries of memory in `resources/list`. No side effects. */
  list(context: MemberContext<Extra>): Promise<readonly ResourceInfo[]>
  /**
   * The contents of one URI, listed or of a template; or `ask({ … })`, and it is called again with the answers. `null`: there is none, or
   * this member may not read it. No side effects.
   */
  read(
    context: MemberContext<Extra>,
    query: { readonly uri: string } & Answered,
  ): Promise<readonly ResourceContents[] | Ask | null>
  /** Forms of URIs that this member may read. Left out: there are none. */
  templates?(context: MemberContext<Extra>): Promise<readonly ResourceTemplate[]>
  /** What a variable of a template could be. Left out: nothing is completed. */
  complete?(context: MemberContext<Extra>, query: CompletionQuery): Promise<Completion>
}
