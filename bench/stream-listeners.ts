/** The client process of the stream bench: opens the streams and counts the notifications of each. */

import { Agent, request } from 'node:http'

export const BENCH_KEY = 'sk_test_bench'

export interface Counts {
  readonly heard: number
  readonly byMember: Record<string, number>
}

const VERSION = '2026-07-28'
const AT_ONCE = 100

const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })
const body = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'subscriptions/listen',
  params: {
    notifications: { toolsListChanged: true },
    _meta: {
      'io.modelcontextprotocol/protocolVersion': VERSION,
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
})

async function main(): Promise<void> {
  const [port, streams, members] = process.argv.slice(2).map(Number) as [number, number, number]
  const byMember: Record<string, number> = {}
  for (let i = 0; i < streams; i += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, j) => open(port, `mem_${(i + j) % members}`, byMember)),
    )
  }
  process.on('message', () =>
    process.send?.({
      heard: Object.values(byMember).reduce((sum, n) => sum + n, 0),
      byMember,
    } satisfies Counts),
  )
  process.send?.('open')
}

/** Resolves with the acknowledgement. */
function open(port: number, member: string, byMember: Record<string, number>): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'x-api-key': BENCH_KEY,
      'x-allv-user-id': member,
      'mcp-protocol-version': VERSION,
      'mcp-method': 'subscriptions/listen',
    }
    const outgoing = request(
      { host: '127.0.0.1', port, path: '/workspaces/ws/mcp', method: 'POST', agent, headers },
      (response) => {
        if (response.statusCode !== 200)
          reject(new Error(`the stream was refused with ${response.statusCode}`))
        response.on('data', (chunk: Buffer) => {
          const text = chunk.toString()
          if (text.includes('list_changed')) byMember[member] = (byMember[member] ?? 0) + 1
          if (text.includes('acknowledged')) resolve()
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

if (process.send !== undefined) await main()
