/** Reads the command line of `allv-mcp doctor`. No message repeats a value that may be a key. */

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isRecord } from '../../foundation/json/guards.js'
import type { Terminal } from '../kit/command.js'
import { UsageError } from '../kit/failures.js'
import { readArguments, wholeNumber } from '../kit/read-arguments.js'
import type { ExamineOptions, ToolToCall } from './kit/target.js'

/** What was asked for. */
export interface Settings {
  readonly url: URL
  readonly examine: ExamineOptions
  readonly json: boolean
  readonly strict: boolean
  readonly verbose: boolean
  /** The key was in the command line. */
  readonly keyInArguments: boolean
}

const OPTIONS = {
  key: { type: 'string' },
  'key-env': { type: 'string' },
  'key-file': { type: 'string' },
  'token-env': { type: 'string' },
  oauth: { type: 'boolean', default: false },
  member: { type: 'string' },
  origin: { type: 'string' },
  ca: { type: 'string' },
  json: { type: 'boolean', default: false },
  strict: { type: 'boolean', default: false },
  only: { type: 'string' },
  timeout: { type: 'string' },
  'allow-http': { type: 'boolean', default: false },
  slow: { type: 'boolean', default: false },
  idle: { type: 'string' },
  tool: { type: 'string' },
  arguments: { type: 'string' },
  yes: { type: 'boolean', default: false },
  verbose: { type: 'boolean', short: 'v', default: false },
} as const

/** The environment variable that is read without `--key-env`. */
const KEY_VARIABLE = 'ALLV_API_KEY'
const MS = 1000

/** Throws a UsageError. */
export function readSettings(args: readonly string[], terminal: Terminal): Settings {
  const { values, positionals } = readArguments(args, OPTIONS, ['URL', '?'])
  const [address = '', more] = positionals
  if (more !== undefined)
    throw new UsageError('only one URL is taken; the second word is not repeated here, since it may be a key')
  const url = urlOf(address)
  const isToken = values['token-env'] !== undefined
  const key = isToken ? tokenOf(values, terminal) : keyOf(values, terminal)
  const tool = toolOf(values)
  const ca = values.ca === undefined ? undefined : fileOf('ca', values.ca, terminal)
  return {
    url,
    examine: {
      isToken,
      oauth: values.oauth || isToken || /\/mcp\/oauth\/?$/i.test(url.pathname),
      ...(key === undefined ? {} : { key }),
      ...(values.member === undefined ? {} : { member: values.member }),
      ...(values.origin === undefined ? {} : { origin: originOf(values.origin) }),
      ...(values.only === undefined ? {} : { only: values.only.split(',').map((name) => name.trim()) }),
      ...(ca === undefined ? {} : { ca }),
      ...(tool === null ? {} : { tool }),
      ...idleOf(values),
      timeoutMs: MS * wholeNumber('timeout', values.timeout, { least: 1, most: 600, fallback: 10 }),
      allowHttp: values['allow-http'],
      signal: terminal.signal,
    },
    json: values.json,
    strict: values.strict,
    verbose: values.verbose,
    keyInArguments: values.key !== undefined,
  }
}

interface KeyValues {
  readonly key?: string
  readonly 'key-env'?: string
  readonly 'key-file'?: string
}

function tokenOf(values: KeyValues & { readonly 'token-env'?: string }, terminal: Terminal): string {
  const { key, 'key-env': variable, 'key-file': file, 'token-env': token = '' } = values
  if ([key, variable, file].some((one) => one !== undefined))
    throw new UsageError(
      'give a key or an access token, not both: --token-env goes without --key-env, --key-file and --key',
    )
  return present(terminal.env[token] ?? '', 'the environment variable of --token-env is not set, or empty')
}

function keyOf(values: KeyValues, terminal: Terminal): string | undefined {
  const { key, 'key-env': variable, 'key-file': file } = values
  if ([key, variable, file].filter((one) => one !== undefined).length > 1)
    throw new UsageError('give the key once: with --key-env, --key-file or --key')
  if (file !== undefined)
    return present(fileOf('key-file', file, terminal).trim(), 'the file of --key-file is empty')
  if (variable !== undefined)
    return present(terminal.env[variable] ?? '', 'the environment variable of --key-env is not set, or empty')
  return key ?? (terminal.env[KEY_VARIABLE] || undefined)
}

function present(value: string, problem: string): string {
  if (value === '') throw new UsageError(problem)
  return value
}

function fileOf(option: string, path: string, { cwd }: Terminal): string {
  try {
    return readFileSync(resolve(cwd, path), 'utf8')
  } catch {
    throw new UsageError(`the file of --${option} cannot be read`)
  }
}

/** A `file:` or a `localhost:3000` is no address of a server. */
function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError('URL must be the whole address of the endpoint, beginning with https:// or http://')
  if (url.username !== '' || url.password !== '')
    throw new UsageError('URL must not contain a user name or password; pass the key with --key-env')
  url.hash = ''
  return url
}

function originOf(text: string): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text
  // Extensions and app shells have origins that URL calls opaque.
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+$/.test(text) && !/^https?:/.test(text)) return text
  throw new UsageError('--origin must be an origin such as https://app.example.com, without a path')
}

function idleOf({ slow, idle }: { readonly slow: boolean; readonly idle?: string }): {
  readonly idleMs?: number
} {
  if (!slow && idle === undefined) return {}
  return { idleMs: MS * wholeNumber('idle', idle, { least: 1, most: 3600, fallback: 120 }) }
}

interface ToolValues {
  readonly tool?: string
  readonly arguments?: string
  readonly yes: boolean
}

function toolOf({ tool: name, arguments: text, yes: confirmed }: ToolValues): ToolToCall | null {
  if (name === undefined) {
    if (text !== undefined || confirmed) throw new UsageError('--arguments and --yes need --tool NAME')
    return null
  }
  const given: unknown = text === undefined ? {} : jsonOf(text)
  if (!isRecord(given)) throw new UsageError('--arguments must be a JSON object')
  return { name, arguments: given, confirmed }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError('--arguments is not valid JSON')
  }
}
