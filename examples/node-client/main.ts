/** The documented Node client: works in the example host as maria, and meets an approval. `npm run example:client` */

import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { type Approvals, connectionFromEnvironment } from './connection.js'
import { approveAsOperator } from './operator.js'
import { dealOf, dealsOf, deletedOf, expectThat, inWords, isPending, isReplay, textOf } from './reading.js'

await tellStory().catch((error: unknown) => {
  console.error(`The story broke off: ${inWords(error)}`)
  process.exit(1)
})

async function tellStory(): Promise<void> {
  const { endpoint, apiKey, memberEmail, approvals } = connectionFromEnvironment()
  const client = new Client({ name: 'node-client-example', version: '1.0.0' })
  const transport = new StreamableHTTPClientTransport(new URL(endpoint), {
    requestInit: { headers: { Authorization: `Bearer ${apiKey}`, 'x-allv-user-email': memberEmail } },
  })
  // The SDK's own types disagree under exactOptionalPropertyTypes; `connect` takes the transport as it is.
  await client.connect(transport as Parameters<typeof client.connect>[0])
  console.log(`Connected to ${endpoint} as ${memberEmail}.`)

  const dealId = await workWithDeals(client)
  await workWithMemory(client, `notes/${dealId}`)
  await deleteWithApproval(client, approvals, dealId)
  await client.close()
  console.log('All done.')
}

/** Gives the id of a new deal. */
async function workWithDeals(client: Client): Promise<string> {
  const { tools } = await client.listTools()
  console.log(`It has ${tools.length} tools: ${tools.map(({ name }) => name).join(', ')}.`)

  const found = await client.callTool({ name: 'deals_search', arguments: { query: 'magnet' } })
  console.log(
    `A search for "magnet" finds ${
      dealsOf(found)
        .map(({ title }) => title)
        .join(', ') || 'nothing'
    }.`,
  )

  const deal = { title: 'Jet-propelled unicycle', amount: 4200 }
  const created = dealOf(await client.callTool({ name: 'deals_create', arguments: deal }))
  console.log(`Created the deal ${created.id}: ${created.title}, ${created.amount} euros.`)
  return created.id
}

/** Memory is read as resources, and changed by one tool only. */
async function workWithMemory(client: Client, key: string): Promise<void> {
  const { resources } = await client.listResources()
  console.log(`The memory has ${resources.length} entries: ${resources.map(({ name }) => name).join(', ')}.`)
  const tone = resources.find(({ name }) => name === 'tone')
  expectThat(tone !== undefined, 'the memory has an entry "tone"')
  console.log(`"tone" says: ${textOf(await client.readResource({ uri: tone.uri }))}`)

  const text = 'Wants delivery by spring.'
  await client.callTool({ name: 'agent_update_memory', arguments: { key, text } })
  const note = (await client.listResources()).resources.find(({ name }) => name === key)
  expectThat(note !== undefined, `the memory lists the new entry "${key}"`)
  const remembered = textOf(await client.readResource({ uri: note.uri }))
  expectThat(remembered === text, `"${key}" says "${text}"`)
  console.log(`Wrote "${key}" through agent_update_memory, and read it back.`)
}

/** A call that needs approval waits a while for it. Where that is not enough it says so, and is simply repeated. */
async function deleteWithApproval(client: Client, approvals: Approvals, dealId: string): Promise<void> {
  const deletion = { name: 'deals_delete', arguments: { dealId } }
  console.log(`Asks to delete ${dealId}, which needs an operator's approval.`)
  const [asked] = await Promise.all([client.callTool(deletion), approveAsOperator(approvals, dealId)])
  const outcome = isPending(asked) ? await client.callTool(deletion) : asked
  expectThat(deletedOf(outcome).id === dealId, 'the approved call deleted the deal')
  const left = dealsOf(await client.callTool({ name: 'deals_search', arguments: {} }))
  expectThat(!left.some(({ id }) => id === dealId), 'the deal is gone')
  console.log('The operator approved, and the deal is gone.')

  const repeated = await client.callTool(deletion)
  expectThat(isReplay(repeated), 'the repeated call ran nothing')
  expectThat(deletedOf(repeated).id === dealId, 'the repeated call gave the outcome of the first')
  console.log('The same call again ran nothing: it had already run once, and gave that outcome.')
}
