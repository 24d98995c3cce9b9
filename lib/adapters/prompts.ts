/** Prompts of the host app: clients show them as slash commands. */

import type { Answered, Ask } from './input-requests.js'
import type { MemberContext } from './principal.js'
import type { ContentBlock } from './tools.js'

export interface PromptArgument {
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly required?: boolean
}

export interface PromptDefinition {
  /** 1 to 128 of `A-Z a-z 0-9 _ - .`. */
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly arguments?: readonly PromptArgument[]
  /** All of these must be granted to the credential. Default: none. */
  readonly scopes?: readonly string[]
}

export interface PromptMessage {
  readonly role: 'user' | 'assistant'
  readonly content: ContentBlock
}

export interface PromptResult {
  readonly description?: string
  readonly messages: readonly PromptMessage[]
}

export interface PromptCall extends Answered {
  readonly name: string
  readonly arguments: Readonly<Record<string, string>>
}

export interface CompletionQuery {
  /** The prompt, or the URI template of `resources`, whose argument is being typed. */
  readonly of:
    | { readonly kind: 'prompt'; readonly name: string }
    | { readonly kind: 'resource'; readonly uriTemplate: string }
  readonly argument: { readonly name: string; readonly value: string }
  /** Arguments that are already filled in. */
  readonly arguments: Readonly<Record<string, string>>
}

export interface Completion {
  /** The first 100 are sent. */
  readonly values: readonly string[]
  readonly total?: number
}

/**
 * Promise: `list` gives, in a fixed order, the prompts that this member may use, and only those; the same list decides what may be
 * got and completed. `get` gives one of them filled in, or asks; it is called for listed prompts with their required arguments.
 */
export interface PromptsAdapter<Extra = unknown> {
  list(context: MemberContext<Extra>): Promise<readonly PromptDefinition[]>
  get(context: MemberContext<Extra>, call: PromptCall): Promise<PromptResult | Ask>
  complete?(context: MemberContext<Extra>, query: CompletionQuery): Promise<Completion>
}
