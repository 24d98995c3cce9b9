/** What needs no approval: tools, and memory. */

import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { assertThat, dealOf, dealsOf, textOf } from './results.js'

/** Gives the id of a new deal. */
export async function workWithDeals(client: Client): Promise<string> {
  const { tools } = await client.listTools()
  console.log(`${tools.length} tools: ${tools.map(({ name }) => name).join(', ')}.`)

  const found = dealsOf(await client.callTool({ name: 'deals_search', arguments: { query: 'magnet' } }))
  console.log(`A search for "magnet" finds ${found.map(({ title }) => title).join(', ') || 'nothing'}.`)

  const deal = { title: 'Jet-propelled unicycle', amount: 4200 }
  const created = dealOf(await client.callTool({ name: 'deals_create', arguments: deal }))
  console.log(`Created the deal ${created.id}: ${created.title}, ${created.amount} euros.`)
  return created.id
}

/** Memory is read as resources, and changed by one tool only. */
export async function workWithMemory(client: Client, key: string): Promise<void> {
  const { resources } = await client.listResources()
  const tone = resources.find(({ name }) => name === 'tone')
  assertThat(tone !== undefined, 'the memory has an entry "tone"')
  console.log(
    `The memory has ${resources.length} entries. "tone" says: ${textOf(await client.readResource({ uri: tone.uri }))}`,
  )

  const text = 'Wants delivery by spring.'
  await client.callTool({ name: 'agent_update_memory', arguments: { key, text } })
  const note = (await client.listResources()).resources.find(({ name }) => name === key)
  assertThat(note !== undefined, `the memory lists the new entry "${key}"`)
  assertThat(textOf(await client.readResource({ uri: note.uri })) === text, `"${key}" says "${text}"`)
  console.log(`Wrote "${key}" with agent_update_memory, and read it back.`)
}
