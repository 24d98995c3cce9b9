/** The adapter for the host's own resources beside memory: documents, images, records. Clients can only read them. */

import type { Answered, Ask } from './input-requests.js'
import type { MemberContext } from './principal.js'
import type { Completion, CompletionQuery } from './prompts.js'

/** A resource, as it is listed. */
export interface ResourceInfo {
  /** The URI, with a scheme of the host. The scheme `allv:`, or that of the option `brand.memoryScheme`, is for memory. */
  readonly uri: string
  /** A name for programs. */
  readonly name: string
  /** A name for people. Default: clients show `name`. */
  readonly title?: string
  /** A description. Default: none. */
  readonly description?: string
  /** The MIME type. Default: not sent. */
  readonly mimeType?: string
  /** The size in bytes. Default: not sent. */
  readonly size?: number
  /** When it was last changed. Default: not sent. */
  readonly updatedAt?: Date
}

/** The contents of one URI: a text, or bytes. */
export type ResourceContents = {
  /** The URI. */
  readonly uri: string
  /** The MIME type. Default: not sent. */
  readonly mimeType?: string
} & (
  | {
      /** The whole text. */
      readonly text: string
    }
  | {
      /** The bytes, in base64. */
      readonly blob: string
    }
)

/** A template of URIs that clients can fill in. */
export interface ResourceTemplate {
  /** The RFC 6570 template, with a scheme of the host. */
  readonly uriTemplate: string
  /** A name for programs. */
  readonly name: string
  /** A name for people. Default: clients show `name`. */
  readonly title?: string
  /** A description of the resources. Default: none. */
  readonly description?: string
  /** The MIME type of all these resources, if it is one. Default: not sent. */
  readonly mimeType?: string
}

/**
 * Lists and reads the host's own resources. `Extra`: see `Member`.
 *
 * @example
 * const uri = 'crm://handbook'
 * const resources: ResourcesAdapter = {
 *   list: async () => [{ uri, name: 'handbook', mimeType: 'text/plain' }],
 *   read: async (_, query) => (query.uri === uri ? [{ uri, text: 'How we sell.' }] : null),
 * }
 */
export interface ResourcesAdapter<Extra = unknown> {
  /** Lists the resources that this member may read, in a fixed order. In `resources/list` they follow the memory entries. Must have no side effects. */
  list(context: MemberContext<Extra>): Promise<readonly ResourceInfo[]>
  /**
   * Reads one URI, which is listed or matches a template. `null`: there is none, or this member may not read it. It may return `ask({ … })`, and is
   * then called again with the answers. Must have no side effects.
   */
  read(
    context: MemberContext<Extra>,
    query: { readonly uri: string } & Answered,
  ): Promise<readonly ResourceContents[] | Ask | null>
  /** Lists the templates of URIs that this member may read. Left out: there are none. */
  templates?(context: MemberContext<Extra>): Promise<readonly ResourceTemplate[]>
  /** Completes a variable of a template. Left out: there are no completions. */
  complete?(context: MemberContext<Extra>, query: CompletionQuery): Promise<Completion>
}
