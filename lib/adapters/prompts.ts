/** The adapter for the host's prompts. Clients often show them as slash commands. */

import type { Answered, Ask } from './input-requests.js'
import type { MemberContext } from './principal.js'
import type { ContentBlock } from './tools.js'

/** An argument of a prompt. */
export interface PromptArgument {
  /** Its name, unique in the prompt. */
  readonly name: string
  /** A name for people. Default: clients show `name`. */
  readonly title?: string
  /** A description of its value. Default: none. */
  readonly description?: string
  /** Whether a client must give it. Default `false`. */
  readonly required?: boolean
}

/** A prompt, as it is listed. */
export interface PromptDefinition {
  /** The name: 1 to 128 of `A-Z a-z 0-9 _ - .`. */
  readonly name: string
  /** A name for people. Default: clients show `name`. */
  readonly title?: string
  /** A description of its purpose. Default: none. */
  readonly description?: string
  /** Its arguments. Default: none. */
  readonly arguments?: readonly PromptArgument[]
  /** Scopes that the prompt requires: all must be granted to the credential. Default: none. */
  readonly scopes?: readonly string[]
}

/** One message of a prompt. */
export interface PromptMessage {
  /** Whose message it is. */
  readonly role: 'user' | 'assistant'
  /** The content. */
  readonly content: ContentBlock
}

/** A prompt with its arguments filled in. */
export interface PromptResult {
  /** A description of its purpose. Default: none. */
  readonly description?: string
  /** The messages, in the order of the conversation. */
  readonly messages: readonly PromptMessage[]
}

/** A request for a prompt. */
export interface PromptCall extends Answered {
  /** The name of a listed prompt. */
  readonly name: string
  /** The arguments, by name. All required arguments are there. */
  readonly arguments: Readonly<Record<string, string>>
}

/** A request for completions of a value that a person types. */
export interface CompletionQuery {
  /** The prompt or URI template that the value is for. */
  readonly of:
    | {
        /** An argument of a prompt. */
        readonly kind: 'prompt'
        /** The name of a listed prompt. */
        readonly name: string
      }
    | {
        /** A variable of a URI template. */
        readonly kind: 'resource'
        /** The template, as `templates` of the resources adapter gave it. */
        readonly uriTemplate: string
      }
  /** The argument or variable to complete. */
  readonly argument: {
    /** Its name. */
    readonly name: string
    /** The text that was typed so far. */
    readonly value: string
  }
  /** The arguments that already have values. */
  readonly arguments: Readonly<Record<string, string>>
}

/** The result of a completion. */
export interface Completion {
  /** The possible values. The library sends the first 100. */
  readonly values: readonly string[]
  /** The number of all possible values. Default: not sent. */
  readonly total?: number
}

/**
 * Lists and returns the host's prompts. `Extra`: see `Member`.
 *
 * @example
 * const prompts: PromptsAdapter = {
 *   list: async () => [{ name: 'weekly', description: 'The report of the week.' }],
 *   get: async () => ({ messages: [{ role: 'user', content: { type: 'text', text: 'Write the report of the week.' } }] }),
 * }
 */
export interface PromptsAdapter<Extra = unknown> {
  /** Lists only the prompts that this member may use, in a fixed order. The same list decides which prompts can be requested and completed. */
  list(context: MemberContext<Extra>): Promise<readonly PromptDefinition[]>
  /** Returns a listed prompt with its arguments filled in. It may return `ask({ … })`, and is then called again with the answers. */
  get(context: MemberContext<Extra>, call: PromptCall): Promise<PromptResult | Ask>
  /** Completes a value. Left out: there are no completions. */
  complete?(context: MemberContext<Extra>, query: CompletionQuery): Promise<Completion>
}
