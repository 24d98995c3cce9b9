/** The documented Node client: works in the example host as maria, and meets an approval. `npm run example:client` */

import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { readArguments } from '../host/arguments.js'
import { HOST_HELP } from '../host/help.js'
import type { AskedApproval } from './call-with-approval.js'
import { type ClientConnection, readConnection } from './connection.js'
import { askPerson, deleteWithApproval } from './deletion.js'
import { failureWords } from './failure-words.js'
import { hostReady } from './host-ready.js'
import { approveAsOperator } from './operator.js'
import { workWithDeals, workWithMemory } from './ordinary-calls.js'

await run().catch((error: unknown) => {
  console.error(`Stopped: ${failureWords(error)}`)
  process.exit(1)
})

async function run(): Promise<void> {
  const { auto, help } = readArguments(process.argv, ['auto'])
  if (help) return console.log(HOST_HELP)
  const connection = readConnection()
  await hostReady(connection.origin)
  const client = await connect(connection)
  const dealId = await workWithDeals(client)
  await workWithMemory(client, `notes/${dealId}`)
  console.log(`Asked to delete ${dealId}.`)
  await deleteWithApproval(client, dealId, async (approval) => {
    if (auto) await approve(connection, approval)
    else askPerson(approval)
  })
  await client.close()
  console.log('All done.')
}

async function connect({ endpoint, apiKey, memberEmail }: ClientConnection): Promise<Client> {
  // A client that can show an address gets that of the approval at once.
  const client = new Client(
    { name: 'node-client-example', version: '1.0.0' },
    { capabilities: { elicitation: { url: {} } } },
  )
  const transport = new StreamableHTTPClientTransport(new URL(endpoint), {
    requestInit: { headers: { Authorization: `Bearer ${apiKey}`, 'x-allv-user-email': memberEmail } },
  })
  // The SDK's own types disagree under exactOptionalPropertyTypes; `connect` takes the transport as it is.
  await client.connect(transport as Parameters<typeof client.connect>[0])
  console.log(`Connected to ${endpoint} as ${memberEmail}.`)
  return client
}

/** For CI. A real client never has the operator's password: a requester must not decide. */
async function approve({ operatorPassword }: ClientConnection, { url }: AskedApproval): Promise<void> {
  if (operatorPassword === null)
    throw new Error(
      '--auto needs the password of the operator; set ALLV_DEMO_OPERATOR_PASSWORD as for the host',
    )
  console.log(
    `An operator must approve it at ${url}\n--auto: this program signs in as the operator and approves it.`,
  )
  await approveAsOperator(url, operatorPassword)
}
