/** The documented Node client: works in the example host as maria, and meets an approval. `npm run example:client` */

import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { connectionFromEnvironment } from './connection.js'
import { approveAsOperator, expectThat, textOf } from './steps.js'

const { endpoint, apiKey, memberEmail, approvals } = connectionFromEnvironment()

const client = new Client({ name: 'node-client-example', version: '1.0.0' })
const transport = new StreamableHTTPClientTransport(new URL(endpoint), {
  requestInit: { headers: { Authorization: `Bearer ${apiKey}`, 'x-allv-user-email': memberEmail } },
})
// The SDK's own types disagree under exactOptionalPropertyTypes; `connect` takes the transport as it is.
await client.connect(transport as Parameters<typeof client.connect>[0])
console.log(`connected as ${memberEmail}`)

const { tools } = await client.listTools()
console.log(`tools: ${tools.map(({ name }) => name).join(', ')}`)

const created = await client.callTool({
  name: 'deals_create',
  arguments: { title: 'Jet-propelled unicycle', amount: 4200 },
})
const { deal } = created.structuredContent as { deal: { id: string } }
console.log(`created ${deal.id}`)

const found = await client.callTool({ name: 'deals_search', arguments: { query: 'unicycle' } })
expectThat(textOf(found).includes(deal.id), 'the search finds the new deal')

const { resources } = await client.listResources()
console.log(`memory: ${resources.map(({ name }) => name).join(', ')}`)
const tone = resources.find(({ name }) => name === 'tone')
expectThat(tone !== undefined, 'the memory has an entry "tone"')
const { contents } = await client.readResource({ uri: tone.uri })
console.log(`tone: ${contents.map((content) => ('text' in content ? content.text : '')).join()}`)

const note = `notes/${deal.id}`
await client.callTool({
  name: 'agent_update_memory',
  arguments: { key: note, value: 'Wants delivery by spring.' },
})
const read = await client.callTool({ name: 'agent_read_memory', arguments: { key: note } })
expectThat(textOf(read).includes('spring'), 'the memory holds the new note')
console.log(`remembered ${note}`)

const deletion = { name: 'deals_delete', arguments: { dealId: deal.id } }
const waiting = client.callTool(deletion)
console.log('asked to delete the deal; the call waits for an operator')
await approveAsOperator(
  approvals,
  ({ tool, arguments: args }) => tool === 'deals.delete' && args['dealId'] === deal.id,
)
const deleted = await waiting
expectThat(deleted.isError !== true, `the approved call ran: ${textOf(deleted)}`)
console.log('approved, and deleted')

const repeated = await client.callTool(deletion)
expectThat(
  textOf(repeated).includes('already ran'),
  `the same call again gets the same outcome: ${textOf(repeated)}`,
)
console.log('the same call again told that it had already run')

await client.close()
console.log('done')
