/** The example host with its authorization server in this process, as `npm run example:oauth` starts both, and people who sign in. */

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type { JWK } from 'oidc-provider'
import { linkAccounts } from '../../../examples/authorization-server/accounts.js'
import { createAuthorizationServer } from '../../../examples/authorization-server/authorization-server.js'
import { createHostOAuth } from '../../../examples/authorization-server/host-oauth.js'
import { createResources } from '../../../examples/authorization-server/resources.js'
import { createStoredRecords } from '../../../examples/authorization-server/stored-records.js'
import { createHostApp, type HostAdapters } from '../../../examples/host/app.js'
import { prepare } from '../../../examples/host/database.js'
import { keepSecrets } from '../../../examples/host/kept-secrets.js'
import {
  createScriptedBrowser,
  type Person,
  type ScriptedBrowser,
} from '../../../examples/oauth-client/scripted-browser.js'
import { createSignIn, type SignIn } from '../../../examples/oauth-client/sign-in.js'

const PASSWORD = 'itsme'

/** Nothing listens there: the scripted browser stops before it. */
const REDIRECT_URI = 'http://127.0.0.1:3334/oauth/callback'

export interface Example {
  readonly origin: string
  readonly issuer: string
  readonly adapters: HostAdapters
  /** The endpoint of a workspace for tokens. */
  endpoint(workspaceId?: string): string
  readonly endpointForAll: string
  browser(person?: Partial<Person>): ScriptedBrowser
  /** The client's side, with a browser of its own. */
  signIn(
    person?: Partial<Person>,
  ): SignIn & { readonly browser: ScriptedBrowser; readonly visits: readonly URL[] }
  close(): Promise<void>
}

export interface ExampleOptions {
  /** Gets client metadata documents. */
  readonly fetch?: typeof fetch
}

export async function startExample(options: ExampleOptions = {}): Promise<Example> {
  const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-oauth-example-'))
  const pool = await PGlite.create()
  await prepare(pool)
  const { keys, signingKey, secret } = keepSecrets({ folder, fresh: false })
  const [hostServer, authServer] = [createServer(), createServer()]
  const [origin, issuer] = [await listen(hostServer), await listen(authServer)]
  const records = await createStoredRecords(pool)
  const { app, adapters, mcp } = await createHostApp({
    pool,
    keys,
    secret,
    operatorPassword: 'letmein',
    memberPassword: PASSWORD,
    publicUrl: `${origin}/api`,
    oauth: createHostOAuth(issuer, records),
  })
  hostServer.on('request', app)
  await linkAccounts(adapters, issuer)
  const authorization = {
    issuer,
    records,
    secret,
    resources: createResources(`${origin}/api`),
    memberPassword: PASSWORD,
    signingKey: signingKey as JWK,
    accessTokenSeconds: 600,
    ...options,
  }
  authServer.on('request', createAuthorizationServer(authorization))
  const browser = (person: Partial<Person> = {}) =>
    createScriptedBrowser({ email: 'maria@acme.test', password: PASSWORD, ...person })
  return {
    origin,
    issuer,
    adapters,
    endpoint: (workspaceId = 'ws_acme') => `${origin}/api/workspaces/${workspaceId}/mcp/oauth`,
    endpointForAll: `${origin}/api/mcp`,
    browser,
    signIn: (person) => signInWith(browser(person)),
    async close() {
      await mcp.close()
      for (const server of [hostServer, authServer]) {
        server.close()
        server.closeAllConnections()
      }
      await adapters.events.close()
      await pool.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function signInWith(browser: ScriptedBrowser) {
  const visits: URL[] = []
  const goTo = async (address: URL) => {
    visits.push(address)
    return (await browser.visit(address, REDIRECT_URI)).searchParams
  }
  return Object.assign(createSignIn({ redirectUri: REDIRECT_URI, goTo }), { browser, visits })
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
