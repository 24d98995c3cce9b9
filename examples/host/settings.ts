/** What the environment and the command line say. A library reads neither; an app does, in one place. */

import { type Arguments, readArguments } from './arguments.js'

/** Where the app is, and where it keeps its data. The example client reads the same. */
export interface Place {
  readonly port: number
  /** Where clients and browsers reach this app: its own address, or that of a proxy in front. */
  readonly origin: string
  /** Where PGlite, the keys and the passwords are kept. */
  readonly folder: string
}

export interface Settings extends Place, Pick<Arguments, 'fresh' | 'help' | 'count'> {
  readonly databaseUrl: string | null
  readonly redisUrl: string | null
  /** How long an approval waits for its decision. */
  readonly approvalTtlMs: number
}

export type Environment = Readonly<Record<string, string | undefined>>

const DAY_SECONDS = 24 * 60 * 60

/** Throws a sentence for a setting that cannot be right. `accepted`: the arguments that this command has. */
export function readSettings(
  accepted: readonly ('fresh' | 'count')[],
  { env, argv }: Pick<NodeJS.Process, 'env' | 'argv'> = process,
): Settings {
  const { fresh, help, count } = readArguments(argv, accepted)
  return {
    ...readPlace(env),
    databaseUrl: textOf(env, 'DATABASE_URL'),
    redisUrl: textOf(env, 'REDIS_URL'),
    approvalTtlMs:
      1000 * numberOf(env, 'ALLV_DEMO_APPROVAL_SECONDS', { otherwise: DAY_SECONDS, most: 30 * DAY_SECONDS }),
    fresh,
    help,
    count,
  }
}

/** Where people sign in: `npm run example:oauth`, and its client. */
export function readSignInPlace(env: Environment): Pick<Place, 'port' | 'origin'> {
  const port = numberOf(env, 'ALLV_DEMO_SIGN_IN_PORT', { otherwise: 3100, most: 65_535 })
  return { port, origin: originOf(env, 'ALLV_DEMO_SIGN_IN_ORIGIN', port) }
}

export function readPlace(env: Environment): Place {
  const port = numberOf(env, 'PORT', { otherwise: 3000, most: 65_535 })
  const origin = originOf(env, 'ALLV_DEMO_ORIGIN', port)
  return { port, origin, folder: textOf(env, 'ALLV_DEMO_FOLDER') ?? '.data' }
}

function originOf(env: Environment, name: string, port: number): string {
  const origin = textOf(env, name) ?? `http://127.0.0.1:${port}`
  if (!URL.canParse(origin) || !/^https?:$/.test(new URL(origin).protocol))
    throw new Error(`${name} must be an address such as https://sales.example.com`)
  return new URL(origin).origin
}

/** A variable that is empty counts as not set. */
function textOf(env: Environment, name: string): string | null {
  return env[name] || null
}

function numberOf(
  env: Environment,
  name: string,
  { otherwise, most }: { readonly otherwise: number; readonly most: number },
): number {
  const number = Number(textOf(env, name) ?? otherwise)
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new Error(`${name} must be a number from 1 to ${most}`)
  return number
}
