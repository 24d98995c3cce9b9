/** Reads the host's options: checks them at start-up and makes the configuration of them. */

import { type FailureReport, printFailure } from '../../adapter-kit/failure-line.js'
import type { Adapters } from '../../adapters/adapters.js'
import type { CustomAuthentication } from '../../adapters/custom-authentication.js'
import type { RateLimiter } from '../../adapters/rate-limiter.js'
import { MOST_TIMER_MS } from '../../foundation/async/deadline.js'
import { isPromise, withoutNulls } from '../../foundation/json/host-values.js'
import { nearestName } from '../../foundation/text/nearest-name.js'
import type { OAuthOptions } from '../../oauth/options/oauth-options.js'
import { checkAdapters, givenAdapters, isAdapterName } from './adapter-checks.js'
import { type BrandOptions, readBrand } from './brand.js'
import type { Config } from './config.js'
import { readCustomAuthentication } from './custom-authentication-option.js'
import { readOAuth } from './oauth-option.js'
import { count, readOrigins, readPublicUrl, readSecrets, text } from './option-readers.js'
import { PACKAGE_VERSION } from './package-version.js'
import { readPolicy } from './policy.js'

export type { FailureReport } from '../../adapter-kit/failure-line.js'

/**
 * The options of a control plane. `Extra`: the type of `extra` of a member, see `Member`.
 *
 * @example
 * const options: AllvMcpOptions = { adapters, secret, allowedOrigins: ['https://app.example.com'], toolTimeoutMs: 30_000 }
 */
export interface AllvMcpOptions<Extra = unknown> {
  /** What the host brings. Required. */
  readonly adapters: Adapters<Extra>
  /**
   * The public URL of the mount point, such as `https://agent.example.com/api`. The Origin check uses it: browser pages of this origin may
   * call, beside those of `allowedOrigins`. Default: none. Then pages of a loopback address may call the server at the same address.
   */
  readonly publicUrl?: string
  /**
   * Seals cursors and other state that clients carry. One string of at least 32 characters, or a list: the first one seals, all of them open.
   * Default: a random secret for each process.
   */
  readonly secret?: string | readonly string[]
  /** Browser origins that may call, as browsers send them: `https://app.example.com`, `chrome-extension://<id>`, `null`. No wildcards. Default none. */
  readonly allowedOrigins?: readonly string[]
  /** Name of the flag that `adapters.features` is asked for. Default `mcp_server_v1`. */
  readonly featureFlag?: string
  /** The host's own names for headers, `_meta` keys, the realm and memory URIs. Default: the library's names. */
  readonly brand?: BrandOptions
  /** How clients see tool names: `portable` lists `agent.update_memory` as `agent_update_memory`, `canonical` as declared. Default `portable`. */
  readonly toolNames?: 'portable' | 'canonical'
  /** Name and version of the server, as clients see them. Default: those of the package. */
  readonly serverInfo?: {
    /** A name for programs. */
    readonly name: string
    /** The version of the host's server. */
    readonly version: string
    /** A name for people. Default: clients show `name`. */
    readonly title?: string
  }
  /** Instructions for clients, which may pass them to their model. Default: none. */
  readonly instructions?: string
  /** How long clients of 2026-07-28 may cache lists and resources, in milliseconds. Results depend on the member. Default 0. */
  readonly cacheTtlMs?: number
  /** Larger bodies are refused with 413. Default 4 MiB. */
  readonly bodyLimitBytes?: number
  /** How long a body may take to arrive, in milliseconds; a later one is refused with 408. Default 10 000. */
  readonly bodyTimeoutMs?: number
  /**
   * How many bytes of answers and events may wait to be sent to one key and member, over all connections. A key that acts for many members has
   * four times as many in total. Above the limit, the connection that has read nothing for the longest time is closed. Default 16 MiB.
   */
  readonly maxUnsentBytes?: number
  /** Items on one page of a list. Default 100. */
  readonly pageSize?: number
  /** Time limit of a tool, in milliseconds; a tool may override it. Waiting for a decision does not count. Default 60 000. */
  readonly toolTimeoutMs?: number
  /**
   * The largest answer of a tool, in bytes of JSON as UTF-8. A larger one ends as TOOL_OUTPUT_TOO_LARGE. Structured content counts together with
   * its copy as text. Prompts, completions and resources of the host end as ANSWER_TOO_LARGE. Default 1 MiB.
   */
  readonly toolOutputLimitBytes?: number
  /** How long a call waits for a decision before it answers that the approval is pending, in milliseconds. Default 25 000. */
  readonly approvalHoldMs?: number
  /** How long an approval is valid, for its decision and its use together, in milliseconds. The policy may set another time. Default 24 hours. */
  readonly approvalTtlMs?: number
  /** How long the outcome of an approved call answers the same call again, in milliseconds. Default 10 minutes. */
  readonly approvalReplayMs?: number
  /** How many approvals of one member may be pending at the same time; a call that would make one more is refused. Default 100. */
  readonly maxPendingApprovals?: number
  /** Time limit of each adapter call, in milliseconds. A slower adapter counts as unavailable. Tools have their own limit. Default 10 000. */
  readonly adapterTimeoutMs?: number
  /** Rate limit for each key and member: points in `seconds`, a `rate-limiter-flexible` instance, or `false`. Default 600 in 60 seconds. */
  readonly rateLimit?:
    | false
    | {
        /** How many requests a key and member may make in each window; each message of a batch counts. */
        readonly points: number
        /** How long a window lasts, in seconds. */
        readonly seconds: number
      }
    | RateLimiter
  /**
   * Accepts access tokens (OAuth 2.1) of authorization servers that the host names. `publicUrl`, `secret` and `members.findBySubject` are
   * required with it. Default: only API keys are accepted.
   */
  readonly oauth?: OAuthOptions
  /** The host's own authentication for requests over MCP, beside API keys and access tokens. Default: none. */
  readonly authenticate?: CustomAuthentication
  /**
   * Receives every internal failure with its cause, and every tool that exceeded its time limit or its output limit. `false`: failures are not
   * reported. Default: one line on standard error, in which texts that look like keys or passwords are removed.
   */
  readonly onError?: false | ((error: unknown, report: FailureReport) => void)
}

const KNOWN = {
  adapters: true,
  publicUrl: true,
  secret: true,
  allowedOrigins: true,
  featureFlag: true,
  brand: true,
  toolNames: true,
  serverInfo: true,
  instructions: true,
  cacheTtlMs: true,
  bodyLimitBytes: true,
  bodyTimeoutMs: true,
  maxUnsentBytes: true,
  pageSize: true,
  toolTimeoutMs: true,
  toolOutputLimitBytes: true,
  approvalHoldMs: true,
  approvalTtlMs: true,
  approvalReplayMs: true,
  maxPendingApprovals: true,
  adapterTimeoutMs: true,
  rateLimit: true,
  oauth: true,
  authenticate: true,
  onError: true,
} as const satisfies Record<keyof Required<AllvMcpOptions>, true>

/** The longest lifetime of an approval, 100 years: the resulting time is still a date in JavaScript and in databases. */
export const MOST_TTL_MS = 100 * 365 * 24 * 60 * 60_000

/** Checks the options and fills in defaults. Throws a TypeError that names the mistake and the fix. */
export function readOptions(options: AllvMcpOptions): Config {
  assertOptions(options)
  checkAdapters(options.adapters)
  const adapters = givenAdapters(options.adapters)
  return Object.freeze({
    adapters,
    policy: readPolicy(adapters),
    publicUrl: readPublicUrl(options.publicUrl),
    secrets: readSecrets(options.secret),
    allowedOrigins: readOrigins(options.allowedOrigins ?? []),
    featureFlag: text('featureFlag', options.featureFlag ?? 'mcp_server_v1'),
    brand: readBrand(options.brand),
    toolNames: readToolNames(options.toolNames ?? 'portable'),
    serverInfo: readServerInfo(options.serverInfo),
    instructions: options.instructions === undefined ? null : text('instructions', options.instructions),
    cacheTtlMs: count('cacheTtlMs', options.cacheTtlMs ?? 0, 0),
    bodyLimitBytes: count('bodyLimitBytes', options.bodyLimitBytes ?? 4 * 1024 * 1024, 1),
    bodyTimeoutMs: count('bodyTimeoutMs', options.bodyTimeoutMs ?? 10_000, 1, MOST_TIMER_MS),
    maxUnsentBytes: count('maxUnsentBytes', options.maxUnsentBytes ?? 16 * 1024 * 1024, 1),
    pageSize: count('pageSize', options.pageSize ?? 100, 1),
    toolTimeoutMs: count('toolTimeoutMs', options.toolTimeoutMs ?? 60_000, 1, MOST_TIMER_MS),
    toolOutputLimitBytes: count('toolOutputLimitBytes', options.toolOutputLimitBytes ?? 1024 * 1024, 1),
    approvalHoldMs: count('approvalHoldMs', options.approvalHoldMs ?? 25_000, 0, MOST_TIMER_MS),
    approvalTtlMs: count('approvalTtlMs', options.approvalTtlMs ?? 24 * 60 * 60_000, 1, MOST_TTL_MS),
    approvalReplayMs: count('approvalReplayMs', options.approvalReplayMs ?? 10 * 60_000, 0, MOST_TTL_MS),
    maxPendingApprovals: count('maxPendingApprovals', options.maxPendingApprovals ?? 100, 1),
    adapterTimeoutMs: count('adapterTimeoutMs', options.adapterTimeoutMs ?? 10_000, 1, MOST_TIMER_MS),
    rateLimit: readRateLimit(options.rateLimit ?? { points: 600, seconds: 60 }),
    oauth: readOAuth(options),
    authenticate: readCustomAuthentication(options.authenticate),
    onError: readOnError(options.onError),
  })
}

function assertOptions(options: AllvMcpOptions): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || isPromise(options))
    throw new TypeError(
      `options must be an object with adapters: { adapters: { apiKeys, members, tools } }${isPromise(options) ? '; this is a promise, so await it first' : ''}`,
    )
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(KNOWN, key)) {
      const meant = nearestName(key, Object.keys(KNOWN))
      const near = meant === undefined ? '' : `write ${meant}; `
      const hint = isAdapterName(key) ? 'it is an adapter, so pass it in adapters; ' : near
      throw new TypeError(`unknown option "${key}"; ${hint}the options are ${Object.keys(KNOWN).join(', ')}`)
    }
  }
}

function readToolNames(value: string): 'portable' | 'canonical' {
  if (value !== 'portable' && value !== 'canonical')
    throw new TypeError('option toolNames must be "portable" or "canonical"')
  return value
}

function readServerInfo(value: AllvMcpOptions['serverInfo']): Config['serverInfo'] {
  if (value === undefined) return Object.freeze({ name: 'allv-mcp', version: PACKAGE_VERSION })
  if (typeof value !== 'object' || value === null)
    throw new TypeError('option serverInfo must be an object { name, version, title? }')
  const info = withoutNulls(value)
  text('serverInfo.name', info.name)
  text('serverInfo.version', info.version)
  if (info.title !== undefined) text('serverInfo.title', info.title)
  return Object.freeze({ ...info })
}

function readRateLimit(value: NonNullable<AllvMcpOptions['rateLimit']>): Config['rateLimit'] {
  if (value === false) return false
  if (typeof value === 'object' && value !== null) {
    if ('consume' in value && typeof value.consume === 'function' && typeof value.points === 'number')
      return value
    if ('seconds' in value && Object.keys(value).length === 2) {
      return Object.freeze({
        points: count('rateLimit.points', value.points, 1),
        seconds: count('rateLimit.seconds', value.seconds, 1),
      })
    }
  }
  throw new TypeError(
    'option rateLimit must be false, { points, seconds }, or an instance of a limiter of rate-limiter-flexible',
  )
}

function readOnError(value: AllvMcpOptions['onError']): Config['onError'] {
  if (value === false) return () => {}
  const report = value ?? printFailure
  if (typeof report !== 'function')
    throw new TypeError('option onError must be a function (error, report), or false')
  return (error, failure) => {
    try {
      report(error, failure)
    } catch {
      // An error of the reporter must not fail the request too.
    }
  }
}
