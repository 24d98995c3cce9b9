/** Prompts of the host app: clients show them as slash commands. */

import type { Answered, Ask } from './input-requests.js'
import type { MemberContext } from './principal.js'
import type { ContentBlock } from './tools.js'

/** An argument of a prompt, as clients show it. */
export interface PromptArgument {
  /** Its name, unique in the prompt. */
  readonly name: string
  /** A name for people. Default: clients show `name`. */
  readonly title?: string
  /** What to fill in. Default: none. */
  readonly description?: string
  /** Whether the prompt cannot be had without it. Default `false`. */
  readonly required?: boolean
}

/** A prompt, as clients list it. */
export interface PromptDefinition {
  /** 1 to 128 of `A-Z a-z 0-9 _ - .`. */
  readonly name: string
  /** A name for people. Default: clients show `name`. */
  readonly title?: string
  /** What the prompt is for. Default: none. */
  readonly description?: string
  /** What it can be filled in with. Default: nothing. */
  readonly arguments?: readonly PromptArgument[]
  /** All of these must be granted to the credential. Default: none. */
  readonly scopes?: readonly string[]
}

/** One message of a prompt. */
export interface PromptMessage {
  /** Who speaks. */
  readonly role: 'user' | 'assistant'
  /** What is said. */
  readonly content: ContentBlock
}

/** A prompt that is filled in. */
export interface PromptResult {
  /** What the prompt is for. Default: none. */
  readonly description?: string
  /** In the order of the conversation. */
  readonly messages: readonly PromptMessage[]
}

/** Which prompt is wanted, filled in with what. */
export interface PromptCall extends Answered {
  /** The name of a listed prompt. */
  readonly name: string
  /** By their names. Required ones are there. */
  readonly arguments: Readonly<Record<string, string>>
}

/** What a person is typing. */
export interface CompletionQuery {
  /** The prompt, or the URI template of `resources`, whose argument is being typed. */
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
        /** The template, as `templates` gave it. */
        readonly uriTemplate: string
      }
  /** The argument, and what was typed so far. */
  readonly argument: {
    /** Its name. */
    readonly name: string
    /** What was typed so far. */
    readonly value: string
  }
  /** Arguments that are already filled in. */
  readonly arguments: Readonly<Record<string, string>>
}

/** What could be meant. */
export interface Completion {
  /** The first 100 are sent. */
  readonly values: readonly string[]
  /** How many there are in all. Default: not said. */
  readonly total?: number
}

/** The prompts of the host. */
export interface PromptsAdapter<Extra = unknown> {
  /** The prompts that this member may use, and only those, in a fixed order. The same list decides what may be got and completed. */
  list(context: MemberContext<Extra>): Promise<readonly PromptDefinition[]>
  /** A listed prompt, filled in; or `ask({ … })`, and it is called again with the answers. It is called with all required arguments. */
  get(context: MemberContext<Extra>, call: PromptCall): Promise<PromptResult | Ask>
  /** What could be meant. Left out: nothing is completed. */
  complete?(context: MemberContext<Extra>, query: CompletionQuery): Promise<Completion>
}
