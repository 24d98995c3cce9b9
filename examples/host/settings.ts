/** What the environment and the command line say. A library reads neither; an app does, in one place. */

export interface Settings {
  readonly port: number
  /** Where clients reach this app: its own address, or that of a proxy in front. */
  readonly origin: string
  readonly databaseUrl: string | null
  readonly redisUrl: string | null
  /** Where PGlite and the demo's secrets are kept. */
  readonly folder: string
  readonly fresh: boolean
}

/** Throws a sentence for what cannot be. */
export function readSettings({ env, argv } = process): Settings {
  const port = Number(env['PORT'] ?? 3000)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error('PORT must be a number from 1 to 65535')
  return {
    port,
    origin: env['ALLV_DEMO_ORIGIN'] ?? `http://127.0.0.1:${port}`,
    databaseUrl: env['DATABASE_URL'] || null,
    redisUrl: env['REDIS_URL'] || null,
    folder: env['ALLV_DEMO_FOLDER'] ?? '.data',
    fresh: argv.includes('--fresh'),
  }
}
