/** Starts the example host, alone or with an authorization server beside it. */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { OAuthOptions } from 'allv-mcp'
import type { AnyPostgres } from 'allv-mcp/postgres'
import { createRedisEvents, createRedisRateLimiter } from 'allv-mcp/redis'
import { Redis } from 'ioredis'
import { createHostApp, type HostAdapters } from './app.js'
import { openDatabase } from './database.js'
import { lockFolder } from './folder-lock.js'
import { greeting } from './greeting.js'
import { type KeptSecrets, keepSecrets } from './kept-secrets.js'
import type { Settings } from './settings.js'

/** What `npm run example:oauth` adds. */
export interface Addition {
  readonly oauth: (pool: AnyPostgres) => Promise<OAuthOptions>
  /** Starts what runs beside the host, and gives how to stop it. */
  readonly beside: (host: StartedHost) => Promise<() => Promise<void>>
}

export interface StartedHost {
  readonly pool: AnyPostgres
  readonly adapters: HostAdapters
  readonly secrets: KeptSecrets
}

/** Resolves when the app serves. It then ends by a signal only. */
export async function startHost(settings: Settings, addition?: Addition): Promise<void> {
  const { origin, databaseUrl, redisUrl, folder, fresh, approvalTtlMs } = settings
  const server = createServer(answerNotYet)
  await listen(server, settings)
  console.log('Opening the database; the first time takes a few seconds.')
  const unlock = databaseUrl === null ? lockFolder(folder) : () => {}
  const secrets = keepSecrets(settings)
  const database = await openDatabase({ url: databaseUrl, folder, fresh })
  const redis = redisUrl === null ? null : await connectRedis(redisUrl)
  const { signingKey: _, ...own } = secrets
  const { app, adapters, mcp } = await createHostApp({
    ...own,
    pool: database.pool,
    publicUrl: `${origin}/api`,
    approvalTtlMs,
    ...(redis === null ? {} : overRedis(redis)),
    ...(addition === undefined ? {} : { oauth: await addition.oauth(database.pool) }),
  })
  const stopBeside = await addition?.beside({ pool: database.pool, adapters, secrets })
  server.removeListener('request', answerNotYet).on('request', app)
  console.log(greeting({ ...secrets, origin, place: database.place }))

  /** Takes no new calls, lets the running ones finish, and leaves nothing behind. */
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    if (process.connected) process.disconnect()
    server.close()
    await stopBeside?.()
    await mcp.close()
    server.closeAllConnections()
    await adapters.events.close()
    redis?.disconnect()
    await database.close()
    unlock()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(signal, () => void stop())
  // Where this is one node of several, the process that started it is told; when that one ends, so does this.
  process.send?.('ready')
}

function answerNotYet(_req: IncomingMessage, res: ServerResponse): void {
  res.writeHead(503, { 'retry-after': '1' }).end()
}

/** Comes first, so that somebody else's port is said at once. */
async function listen(server: Server, { port, origin }: Settings): Promise<void> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening').catch(({ message }: Error) => {
    throw new Error(`cannot listen on ${origin} (${message}); set PORT to a free port`)
  })
}

/** A Redis that does not answer at the start is a mistake; one that is lost later comes back by itself. */
async function connectRedis(url: string): Promise<Redis> {
  const redis = new Redis(url, { lazyConnect: true })
  redis.on('error', ({ message }: Error) => console.error(`Redis: ${message}`))
  await redis.connect()
  return redis
}

function overRedis(redis: Redis) {
  return {
    events: createRedisEvents({ redis, channel: 'sales:mcp' }),
    rateLimit: createRedisRateLimiter({ redis, points: 600, seconds: 60, keyPrefix: 'sales:mcp' }),
  }
}
