/** The same steps with every client: both eras, old versions, and any node. */

import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { Client as OldClient } from 'sdk-1-10/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from 'sdk-1-10/client/streamableHttp.js'

interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<unknown>
  listResources(): Promise<{ resources: { uri: string; name: string }[] }>
  readResource(read: { uri: string }): Promise<unknown>
  close(): Promise<void>
}

const info = { name: 'client-steps', version: '1.0.0' }

/** How each of them connects to the demo host at an origin, as omar. */
export function clientsOf(key: string): readonly [string, (origin: string) => Promise<AnyClient>][] {
  const requestInit = { headers: { Authorization: `Bearer ${key}`, 'x-allv-user-email': 'omar@acme.test' } }
  const url = (origin: string) => new URL(`${origin}/api/workspaces/ws_acme/mcp`)
  const modern = (mode: 'auto' | { pin: string }) => async (origin: string) => {
    const client = new ModernClient(info, { versionNegotiation: { mode } })
    await client.connect(new ModernTransport(url(origin), { requestInit }))
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28')
    return client as AnyClient
  }
  return [
    [
      'v1',
      async (origin) =>
        connected(new Client(info), new StreamableHTTPClientTransport(url(origin), { requestInit })),
    ],
    [
      'v1.10',
      async (origin) => connected(new OldClient(info), new OldTransport(url(origin), { requestInit })),
    ],
    ['v2 on auto', modern('auto')],
    ['v2 pinned', modern({ pin: '2026-07-28' })],
  ]
}

async function connected<T>(
  client: { connect(transport: T): Promise<void> },
  transport: unknown,
): Promise<AnyClient> {
  await client.connect(transport as T)
  return client as unknown as AnyClient
}

export async function takeAllSteps(name: string, origin: string, client: AnyClient): Promise<void> {
  expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual([
    'deals_search',
    'deals_create',
    'deals_delete',
    'contacts_lookup',
    'reports_export',
    'agent_update_memory',
    'agent_read_memory',
    'agent_get_approval',
  ])
  const created = await say(
    client.callTool({ name: 'deals_create', arguments: { title: `Deal of ${name}`, amount: 1 } }),
  )
  const dealId = /deal_[0-9a-f]{12}/.exec(created)?.[0] ?? ''
  expect(await say(client.callTool({ name: 'deals_search', arguments: { query: name } }))).toContain(dealId)
  const { resources } = await client.listResources()
  const tone = resources.find((resource) => resource.name === 'tone')
  expect(await say(client.readResource({ uri: tone?.uri ?? '' }))).toContain('Acme writes briefly')
  await client.callTool({
    name: 'agent_update_memory',
    arguments: { key: `notes/${dealId}`, text: 'remember me' },
  })
  expect(
    await say(client.callTool({ name: 'agent_read_memory', arguments: { key: `notes/${dealId}` } })),
  ).toContain('remember me')
  const deletion = { name: 'deals_delete', arguments: { dealId } }
  const waiting = say(client.callTool(deletion))
  await approve(origin, dealId)
  expect(await waiting).toContain(dealId)
  expect(await say(client.callTool(deletion))).toContain('already ran')
  expect(await say(client.callTool({ name: 'deals_search', arguments: { query: name } }))).not.toContain(
    dealId,
  )
  await client.close()
}

const say = async (result: Promise<unknown>) => JSON.stringify(await result)

async function approve(origin: string, dealId: string): Promise<void> {
  const headers = {
    authorization: `Basic ${Buffer.from('operator:letmein').toString('base64')}`,
    accept: 'application/json',
    'content-type': 'application/json',
  }
  for (let i = 0; i < 100; i += 1) {
    const { approvals } = (await (await fetch(`${origin}/approvals`, { headers })).json()) as {
      approvals: { id: string; state: string; arguments: { dealId: string } }[]
    }
    const found = approvals.find(
      (approval) => approval.arguments.dealId === dealId && approval.state === 'pending',
    )
    if (found !== undefined) {
      expect(
        (
          await fetch(`${origin}/approvals/${found.id}`, {
            method: 'POST',
            headers,
            body: '{"decision":"approve"}',
          })
        ).status,
      ).toBe(200)
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('no approval was asked for')
}
