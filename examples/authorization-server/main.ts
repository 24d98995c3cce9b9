/** Starts the example host with an authorization server on a port of its own: `npm run example:oauth`. */

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Express } from 'express'
import { HOST_HELP } from '../host/help.js'
import { readSettings, readSignInPlace, type Settings } from '../host/settings.js'
import { type StartedHost, startHost } from '../host/start-host.js'
import { linkAccounts } from './accounts.js'
import { createAuthorizationServer } from './authorization-server.js'
import { createHostOAuth } from './host-oauth.js'
import { createResources } from './resources.js'
import { signInGreeting } from './sign-in-greeting.js'
import { createStoredRecords } from './stored-records.js'

const ACCESS_TOKEN_SECONDS = 10 * 60

await run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})

async function run(): Promise<void> {
  const settings = readSettings(['fresh'])
  if (settings.help) return console.log(HOST_HELP)
  const place = readSignInPlace(process.env)
  const server = createServer((_req, res) => void res.writeHead(503, { 'retry-after': '1' }).end())
  await listen(server, place)
  await startHost(settings, {
    oauth: async (pool) => createHostOAuth(place.origin, await createStoredRecords(pool)),
    beside: (host) => serveSignIn(server, settings, place.origin, host),
  })
}

async function serveSignIn(
  server: Server,
  { origin }: Settings,
  issuer: string,
  { pool, adapters, secrets }: StartedHost,
): Promise<() => Promise<void>> {
  await linkAccounts(adapters, issuer)
  const app: Express = createAuthorizationServer({
    ...secrets,
    issuer,
    resources: createResources(`${origin}/api`),
    records: await createStoredRecords(pool),
    accessTokenSeconds: ACCESS_TOKEN_SECONDS,
  })
  server.removeAllListeners('request').on('request', app)
  console.log(signInGreeting({ origin, issuer, memberPassword: secrets.memberPassword }))
  return async () => {
    server.close()
    server.closeAllConnections()
  }
}

async function listen(server: Server, { port, origin }: ReturnType<typeof readSignInPlace>): Promise<void> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening').catch(({ message }: Error) => {
    throw new Error(`cannot listen on ${origin} (${message}); set ALLV_DEMO_SIGN_IN_PORT to a free port`)
  })
}
