/** The host's options, checked once at start-up and completed into a frozen configuration. */

import { type FailureReport, printFailure } from '../../adapter-kit/failure-line.js'
import type { Adapters } from '../../adapters/adapters.js'
import type { PolicyAdapter } from '../../adapters/policy.js'
import type { RateLimiter } from '../../adapters/rate-limiter.js'
import { MOST_TIMER_MS } from '../../foundation/async/deadline.js'
import { isPromise, withoutNulls } from '../../foundation/json/host-values.js'
import { checkAdapters, isAdapterName } from './adapter-checks.js'
import { type Brand, type BrandOptions, readBrand } from './brand.js'
import { count, readOrigins, readPublicUrl, readSecrets, text } from './option-readers.js'
import { readPolicy } from './policy.js'

export type { FailureReport } from '../../adapter-kit/failure-line.js'

/** `Extra`: the type of `extra` of a member, see `Member`. */
export interface AllvMcpOptions<Extra = unknown> {
  /** What the host brings. Required. */
  readonly adapters: Adapters<Extra>
  /**
   * Where the mount point is reached from outside, such as `https://agent.example.com/api`. It is used for the Origin check: with it, browser
   * pages of this origin may call, beside those of `allowedOrigins`. Default: none; then pages of a loopback address may call the server at
   * that same address.
   */
  readonly publicUrl?: string
  /** Seals cursors and other state that clients carry. One string of at least 32 characters, or a list: the first seals, all open. Default: a random one per process. */
  readonly secret?: string | readonly string[]
  /** Browser origins that may call, as browsers send them: `https://app.example.com`, `chrome-extension://<id>`, `null`. No wildcards. Default: none. */
  readonly allowedOrigins?: readonly string[]
  /** The flag asked of `adapters.features`. Default `mcp_server_v1`. */
  readonly featureFlag?: string
  /** Names that the host's users and their clients meet: of headers, `_meta` keys, the realm, memory addresses. Default: the library's. */
  readonly brand?: BrandOptions
  /** How tools are named to clients: `portable` lists `agent.update_memory` as `agent_update_memory`, `canonical` as declared. Default `portable`. */
  readonly toolNames?: 'portable' | 'canonical'
  /** Shown to clients. Default: the package's own. */
  readonly serverInfo?: {
    /** A name for programs. */
    readonly name: string
    /** The version of the host's server. */
    readonly version: string
    /** A name for people. Default: clients show `name`. */
    readonly title?: string
  }
  /** Shown to clients, which may show it to their model. Default: none. */
  readonly instructions?: string
  /** For how long clients of 2026-07-28 may keep lists and resources, in milliseconds. Results depend on the member. Default 0. */
  readonly cacheTtlMs?: number
  /** Larger bodies are refused with 413. Default 4 MiB. */
  readonly bodyLimitBytes?: number
  /** How long a body may take to come, in milliseconds; a later one is refused with 408. Default 10 000. */
  readonly bodyTimeoutMs?: number
  /**
   * Bytes of answers and events that may wait for readers of one key and member, over all their connections; a key that acts for many
   * members has four times as many in all. Above it the reader that has taken nothing for the longest time is cut off. Default 16 MiB.
   */
  readonly maxUnsentBytes?: number
  /** Items on one page of a list. Default 100. */
  readonly pageSize?: number
  /** Time limit of a tool, in milliseconds; a tool may override it. Default 60 000. Waiting for a human is not charged to it. */
  readonly toolTimeoutMs?: number
  /**
   * A tool that answers with more JSON than this, in bytes of UTF-8, ends as TOOL_OUTPUT_TOO_LARGE; structured content counts with its copy
   * as text. Prompts, completions and resources of the host end as ANSWER_TOO_LARGE. Default 1 MiB.
   */
  readonly toolOutputLimitBytes?: number
  /** How long a call waits for a decision before it answers that it is pending, in milliseconds. Default 25 000. */
  readonly approvalHoldMs?: number
  /** How long an approval may take and be used, in milliseconds, unless the policy says otherwise. Default 24 hours. */
  readonly approvalTtlMs?: number
  /** How long the outcome of an approved call answers the same call again, in milliseconds. Default 10 minutes. */
  readonly approvalReplayMs?: number
  /** How many approvals of one member may be pending at the same time; a call that would make one more is refused. Default 100. */
  readonly maxPendingApprovals?: number
  /** An adapter that takes longer than this is down, in milliseconds. Tools have their own limit. Default 10 000. */
  readonly adapterTimeoutMs?: number
  /** Requests for each key and member: points in `seconds`, a `rate-limiter-flexible` instance, or `false`. Default 600 in 60 seconds. */
  readonly rateLimit?:
    | false
    | {
        /** How many requests a key and member have in each window; a batch counts by its messages. */
        readonly points: number
        /** How long a window lasts, in seconds. */
        readonly seconds: number
      }
    | RateLimiter
  /**
   * Told every internal failure, with its cause, and every tool that overran its time limit or its output limit. `false`: nobody is told.
   * Default: one line on standard error, without what looks like a key or a password.
   */
  readonly onError?: false | ((error: unknown, report: FailureReport) => void)
}

export interface Config {
  readonly adapters: Adapters
  /** `null`: no call needs an approval. */
  readonly policy: PolicyAdapter | null
  readonly publicUrl: URL | null
  readonly secrets: readonly string[]
  readonly allowedOrigins: ReadonlySet<string>
  readonly featureFlag: string
  readonly brand: Brand
  readonly toolNames: 'portable' | 'canonical'
  readonly serverInfo: { readonly name: string; readonly version: string; readonly title?: string }
  readonly instructions: string | null
  readonly cacheTtlMs: number
  readonly bodyLimitBytes: number
  readonly bodyTimeoutMs: number
  readonly maxUnsentBytes: number
  readonly pageSize: number
  readonly toolTimeoutMs: number
  readonly toolOutputLimitBytes: number
  readonly approvalHoldMs: number
  readonly approvalTtlMs: number
  readonly approvalReplayMs: number
  readonly maxPendingApprovals: number
  readonly adapterTimeoutMs: number
  readonly rateLimit: false | { readonly points: number; readonly seconds: number } | RateLimiter
  readonly onError: (error: unknown, report: FailureReport) => void
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
  onError: true,
} as const satisfies Record<keyof Required<AllvMcpOptions>, true>

/** 100 years: added to the time of now it is a date in JavaScript and in databases. */
export const MOST_TTL_MS = 100 * 365 * 24 * 60 * 60_000

/** Throws a TypeError that names the mistake and the cure. */
export function readOptions(options: AllvMcpOptions): Config {
  assertOptions(options)
  checkAdapters(options.adapters)
  const adapters = withoutNulls(options.adapters)
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
      const hint = isAdapterName(key) ? 'it is an adapter, so pass it in adapters; ' : ''
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
  if (value === undefined) return Object.freeze({ name: 'allv-mcp', version: '0.1.0' })
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
  const tell = value ?? printFailure
  if (typeof tell !== 'function')
    throw new TypeError('option onError must be a function (error, report), or false')
  return (error, report) => {
    try {
      tell(error, report)
    } catch {
      // A reporter that fails must not turn one failure into two.
    }
  }
}
