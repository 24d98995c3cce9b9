/** Starts the example host: `npm start`. */

import { createServer } from 'node:http'
import { createRedisEvents, createRedisRateLimiter } from 'allv-mcp/redis'
import { Redis } from 'ioredis'
import { createHostApp } from './app.js'
import { openDatabase } from './database.js'
import { leaveDemoSecrets, removeDemoSecrets } from './demo-file.js'
import { lockFolder } from './folder-lock.js'
import { greeting } from './greeting.js'
import { keepSecrets } from './kept-secrets.js'
import { readSettings } from './settings.js'

await start().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})

async function start(): Promise<void> {
  const settings = readSettings()
  const { port, origin, databaseUrl, redisUrl, folder, fresh } = settings
  const unlock = databaseUrl === null ? lockFolder(folder) : () => {}
  const secrets = keepSecrets(settings)
  const database = await openDatabase({ url: databaseUrl, folder, fresh })
  const redis = redisUrl === null ? null : await connectRedis(redisUrl)
  const { app, adapters, mcp } = await createHostApp({
    ...secrets,
    pool: database.pool,
    publicUrl: `${origin}/api`,
    ...(redis === null ? {} : overRedis(redis)),
  })
  const server = createServer(app)
  const stop = async () => {
    if (server.listening) removeDemoSecrets(port)
    // Takes no new calls, lets the running ones finish, and leaves nothing behind.
    server.close()
    await mcp.close()
    server.closeAllConnections()
    await adapters.events.close()
    redis?.disconnect()
    await database.close()
    unlock()
  }
  server.once('error', ({ message }) => {
    console.error(`cannot listen on ${origin} (${message}); set PORT to a free port`)
    void stop().finally(() => process.exit(1))
  })
  server.listen(port, '127.0.0.1', () => {
    const { keys, operatorPassword } = secrets
    leaveDemoSecrets(port, { apiKey: keys.ws_acme, operatorPassword })
    console.log(greeting({ ...secrets, origin, place: database.place }))
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
}

/** A Redis that does not answer at the start is a mistake; one that is lost later comes back by itself. */
async function connectRedis(url: string): Promise<Redis> {
  const redis = new Redis(url)
  redis.on('error', ({ message }: Error) => console.error(`Redis: ${message}`))
  await redis.ping()
  return redis
}

function overRedis(redis: Redis) {
  return {
    events: createRedisEvents({ redis, channel: 'sales:mcp' }),
    rateLimit: createRedisRateLimiter({ redis, points: 600, seconds: 60, keyPrefix: 'sales:mcp' }),
  }
}
