/** Signs a person in, and works as them: a call, a refresh, a further permission, and an approval. `npm run example:oauth:client` */

import { readArguments } from '../host/arguments.js'
import { HOST_HELP } from '../host/help.js'
import { findSecrets } from '../host/kept-secrets.js'
import { readPlace } from '../host/settings.js'
import { hostReady } from '../node-client/host-ready.js'
import { approveAsOperator } from '../node-client/operator.js'
import { assertThat, dealOf, dealsOf, deletedOf } from '../node-client/results.js'
import { type Callback, openCallback } from './callback.js'
import { type Connection, connect } from './connection.js'
import { createScriptedBrowser } from './scripted-browser.js'
import { createSignIn, type SignIn } from './sign-in.js'

await run().catch((error: unknown) => {
  console.error(`Stopped: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
})

async function run(): Promise<void> {
  const { auto, help } = readArguments(process.argv, ['auto'])
  if (help) return console.log(HOST_HELP)
  const { origin, folder } = readPlace(process.env)
  await hostReady(origin)
  const callback = await openCallback()
  const signIn = createSignIn({
    redirectUri: callback.redirectUri,
    goTo: auto ? scripted(folder, callback) : byPerson(callback),
  })
  const endpoint = new URL(`${origin}/api/workspaces/ws_acme/mcp/oauth`)
  const shown = new Set<string>()
  const connection = await connect(endpoint, signIn, async (url) => {
    if (shown.has(url)) return
    shown.add(url)
    console.log(`An operator must approve it at ${url}`)
    if (auto) await approveAsOperator(url, passwords(folder).operatorPassword)
  })
  console.log(
    `Connected to ${endpoint}, in protocol version ${connection.client.getNegotiatedProtocolVersion()}.`,
  )
  await work(connection, signIn)
  await connection.client.close()
  callback.close()
  console.log('All done.')
}

async function work({ client, withSignIn }: Connection, signIn: SignIn): Promise<void> {
  const search = { name: 'deals_search', arguments: { query: 'magnet' } }
  const found = dealsOf(await client.callTool(search))
  console.log(`A search for "magnet" finds ${found.map(({ title }) => title).join(', ') || 'nothing'}.`)

  const before = signIn.received.length
  signIn.expire()
  dealsOf(await client.callTool(search))
  assertThat(signIn.received.length === before + 1, 'the token was refreshed without a person')
  console.log('The token had ended. The client refreshed it, and nobody had to sign in.')

  const creation = { name: 'deals_create', arguments: { title: 'Jet-propelled unicycle', amount: 4200 } }
  const { id } = dealOf(await withSignIn(() => client.callTool(creation)))
  console.log(`To create a deal needs a further permission. The person gave it, and the deal is ${id}.`)

  console.log(`Asked to delete ${id}.`)
  const deleted = deletedOf(
    await client.callTool({ name: 'deals_delete', arguments: { dealId: id } }, { timeout: 86_400_000 }),
  )
  assertThat(deleted.id === id, 'the approved call deleted the deal')
  console.log('Approved. The call ran, and the deal is gone.')
}

function byPerson(callback: Callback) {
  return (address: URL, state: string) => {
    console.log(`\nSign in and allow what the page says:\n\n  ${address}\n`)
    return callback.next(state)
  }
}

/** For CI. A real client never has the password of the person that it works for. */
function scripted(folder: string, { redirectUri }: Callback) {
  const browser = createScriptedBrowser({
    email: 'maria@acme.test',
    password: passwords(folder).memberPassword,
  })
  return async (address: URL) => {
    console.log('--auto: this program signs in as maria@acme.test, and allows what the page says.')
    return (await browser.visit(address, redirectUri)).searchParams
  }
}

function passwords(folder: string) {
  const { operatorPassword, memberPassword } = findSecrets(folder)
  if (operatorPassword === null || memberPassword === null)
    throw new Error(
      `--auto needs the passwords of ${folder}; run "npm run example:oauth" first, with the same ALLV_DEMO_FOLDER`,
    )
  return { operatorPassword, memberPassword }
}
