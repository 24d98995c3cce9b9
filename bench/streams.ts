/**
 * Runs `npm run bench:streams`: measures the cost of an idle listen stream, and checks that an event for one member reaches only that
 * member's streams. The server is this process; the clients are in another one.
 */

import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAllvMcpRouter, createInProcessEvents, digestApiKey } from 'allv-mcp'
import { createInMemoryAdapters } from 'allv-mcp/testing'
import express from 'express'
import { BENCH_KEY, type Counts } from './stream-listeners.js'

const STREAMS = 5000
const MEMBERS = 100

const members = Array.from({ length: MEMBERS }, (_, i) => ({
  id: `mem_${i}`,
  workspaceId: 'ws',
  email: `m${i}@ws.test`,
  active: true,
}))
const events = createInProcessEvents()
const router = createAllvMcpRouter({
  adapters: {
    ...createInMemoryAdapters({
      apiKeys: [
        {
          id: 'key',
          workspaceId: 'ws',
          name: 'bench',
          scopes: ['*'],
          members: 'any',
          createdAt: new Date(),
          expiresAt: null,
          revokedAt: null,
          digest: digestApiKey(BENCH_KEY),
        },
      ],
      members,
    }),
    events,
  },
  rateLimit: false,
})
const server = createServer(express().use(router))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo

const before = await settledMemory()
const listeners = fork(new URL('./stream-listeners.js', import.meta.url), [
  String(port),
  String(STREAMS),
  String(MEMBERS),
])
await message(listeners)
const after = await settledMemory()

await events.publish({ type: 'tools_changed', workspaceId: 'ws', memberId: 'mem_7' })
await sleep(1000)
listeners.send('count')
const { heard, byMember } = (await message(listeners)) as Counts
const expected = STREAMS / MEMBERS
const exact = heard === expected && byMember['mem_7'] === expected

console.log(`${STREAMS} idle listen streams of ${MEMBERS} members, Node ${process.version}`)
console.log(
  `heap ${kilobytes(after.heapUsed - before.heapUsed)} KB, resident ${kilobytes(after.rss - before.rss)} KB for each stream`,
)
console.log(
  `an event for one member reached ${heard} streams, ${exact ? 'exactly' : 'NOT'} that member's ${expected}`,
)
listeners.kill()
await router.close()
server.close()
server.closeAllConnections()
process.exitCode = exact ? 0 : 1

async function settledMemory(): Promise<NodeJS.MemoryUsage> {
  for (let i = 0; i < 5; i += 1) {
    globalThis.gc?.()
    await sleep(100)
  }
  return process.memoryUsage()
}

function kilobytes(bytes: number): string {
  return (bytes / STREAMS / 1024).toFixed(1)
}

function message(child: ReturnType<typeof fork>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', (code) => reject(new Error(`the listeners ended with ${code}`)))
  })
}
