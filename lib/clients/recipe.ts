/** What each client of the table tells about its configuration. */

import type { JsonObject } from '../foundation/json/json.js'
import type { Client, OperatingSystem } from './client.js'

/** A header of a configuration. */
interface Header {
  readonly name: string
  readonly value: string
}

/** What a configuration names, with the key as this client refers to it. */
export interface Server {
  readonly name: string
  readonly url: string
  readonly os: OperatingSystem
  readonly keyVariable: string
  /** How the configuration refers to the key: the client's syntax, a placeholder, or the key. `null` with OAuth. */
  readonly key: string | null
  /** `null`: no member header is sent. */
  readonly member: Header | null
  /** All headers, in order. Empty with OAuth. */
  readonly headers: readonly Header[]
}

/** A link that opens the client and adds the server. */
export interface Link {
  /** `app`: opens the program. `web`: a page of the vendor that opens it; it also works where other schemes are removed, as on GitHub. */
  readonly kind: 'app' | 'web'
  /** The text of the link. */
  readonly title: string
  /** The whole link, in visible ASCII characters. */
  readonly url: string
}

/** A field of a form. */
export interface FormField {
  /** The label, as the program shows it. */
  readonly label: string
  /** What to write there. */
  readonly value: string
}

/** A client, and how its configuration is written. */
export interface Recipe {
  readonly client: Client
  /** The client's syntax for an environment variable, or for a value that it asks for. Without it, the key is literal. */
  readonly reference?: (variable: string) => string
  /** What the client replaces in values, wherever it stands. */
  readonly expands?: RegExp
  /** The name as the client allows it. */
  readonly allowedName?: (name: string) => string
  /** The content of a file that holds this server only. */
  readonly document?: (server: Server) => JsonObject
  /** The words of a command that adds the server. `null`: no command can. */
  readonly command?: (server: Server) => readonly (readonly string[])[]
  readonly links?: (server: Server) => readonly Link[]
  readonly form?: (server: Server) => readonly FormField[]
  /** What to do before, besides setting the variable. */
  readonly before?: (server: Server) => readonly string[]
  /** What to do after, besides restarting. */
  readonly after?: (server: Server) => readonly string[]
}
