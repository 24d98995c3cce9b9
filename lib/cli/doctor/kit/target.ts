/** What is examined, and how. */

import { type Address, resolveHost } from '../probe/addresses.js'

/** The options of an examination. */
export interface ExamineOptions {
  /** The API key that a client would send. It is in no result. */
  readonly key?: string
  /** Whether `key` is an access token. Default `false`. */
  readonly isToken?: boolean
  /**
   * Examine how people sign in by OAuth. Then requests are sent to the authorization servers that the endpoint names, too, without the key.
   * Default `false`.
   */
  readonly oauth?: boolean
  /** The id or email address of the member that a client would name. */
  readonly member?: string
  /** An origin whose pages should be able to call, such as `https://app.example.com`. */
  readonly origin?: string
  /** Milliseconds for one request. Default 10 000. */
  readonly timeoutMs?: number
  /** Allow plain HTTP, and a self-signed certificate on a loopback address. Default `false`. */
  readonly allowHttp?: boolean
  /** Certificates in PEM to trust in place of the public ones. */
  readonly ca?: string
  /** Milliseconds to hold an idle stream open. Default: not done. */
  readonly idleMs?: number
  /** A tool to call. Without it no tool is called. */
  readonly tool?: ToolToCall
  /** Milliseconds above which an answer to a ping is slow. Default 1 000. */
  readonly slowMs?: number
  /** Resolves the host name. Default: as the system does. A host that examines addresses of others can refuse some of them here. */
  readonly resolve?: (url: URL) => Promise<readonly Address[]>
  /** Ids of checks, or names of groups. What they need runs too. Default: all. */
  readonly only?: readonly string[]
  /** Ends the examination: the checks that have not ended are skipped. */
  readonly signal?: AbortSignal
}

/** A call that the user asked for. */
export interface ToolToCall {
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** Call it also if it does not say that it only reads. */
  readonly confirmed: boolean
}

/** The options, complete. */
export interface Target {
  readonly url: URL
  readonly port: number
  readonly key: string | null
  readonly isToken: boolean
  readonly oauth: boolean
  readonly member: string | null
  readonly origin: string | null
  readonly timeoutMs: number
  readonly allowHttp: boolean
  readonly ca: string | undefined
  readonly idleMs: number | null
  readonly tool: ToolToCall | null
  readonly slowMs: number
  readonly resolve: (url: URL) => Promise<readonly Address[]>
}

/** The target of a URL and its options. */
export function targetOf(url: URL, options: ExamineOptions): Target {
  return {
    url,
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    key: options.key ?? null,
    isToken: options.isToken ?? false,
    oauth: options.oauth ?? false,
    member: options.member ?? null,
    origin: options.origin ?? null,
    timeoutMs: options.timeoutMs ?? 10_000,
    allowHttp: options.allowHttp ?? false,
    ca: options.ca,
    idleMs: options.idleMs ?? null,
    tool: options.tool ?? null,
    slowMs: options.slowMs ?? 1000,
    resolve: options.resolve ?? resolveHost,
  }
}
