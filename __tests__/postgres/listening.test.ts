import { EventEmitter } from 'node:events'
import { jest } from '@jest/globals'
import type { PostgresClient, PostgresPool } from 'allv-mcp/postgres'
import { startListening } from '../../lib/postgres/events/listening.js'

/** A LISTEN connection that is lost without an error, which a real one cannot be made to do. */

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

/** A pool whose clients answer `listen` at once, and other statements as the test says. */
function silentPool(answersOf: readonly (() => Promise<void>)[]) {
  const clients: { client: PostgresClient & EventEmitter; released: unknown[] }[] = []
  const pool: PostgresPool = {
    query: async () => ({ rows: [] }),
    async connect() {
      const answer = answersOf[clients.length] ?? (async () => {})
      const released: unknown[] = []
      const client = Object.assign(new EventEmitter(), {
        async query(text: string) {
          if (!text.startsWith('listen')) await answer()
          return { rows: [] }
        },
        release: (destroy?: unknown) => void released.push(destroy),
      })
      clients.push({ client, released })
      return client
    },
  }
  return { pool, clients }
}

function listen(pool: PostgresPool) {
  const seen = { received: [] as string[], gaps: 0, errors: [] as unknown[] }
  const listening = startListening({
    pool,
    channel: 'news',
    hear: (payload) => seen.received.push(payload),
    gap: () => {
      seen.gaps += 1
    },
    onError: (error) => seen.errors.push(error),
  })
  return { listening, seen }
}

it('gives up a connection that does not answer, and reports the gap when it has another', async () => {
  const { pool, clients } = silentPool([() => new Promise(() => {})])
  const { listening, seen } = listen(pool)
  await jest.advanceTimersByTimeAsync(16_000)
  expect(clients).toHaveLength(2)
  expect(clients[0]?.released).toEqual([true])
  expect(seen.gaps).toBe(1)
  expect(String(seen.errors[0])).toContain('does not answer')
  clients[1]?.client.emit('notification', { channel: 'news', payload: 'late' })
  clients[1]?.client.emit('notification', { channel: 'other', payload: 'not ours' })
  expect(seen.received).toEqual(['late'])
  const closing = listening.close()
  await jest.advanceTimersByTimeAsync(1)
  await closing
  expect(clients[1]?.released).toEqual([true])
})

it('keeps a connection that answers', async () => {
  const { pool, clients } = silentPool([])
  const { listening, seen } = listen(pool)
  await jest.advanceTimersByTimeAsync(120_000)
  expect([clients.length, seen.gaps, seen.errors]).toEqual([1, 0, []])
  const closing = listening.close()
  await jest.advanceTimersByTimeAsync(1)
  await closing
})

it('reconnects with growing pauses while there is no connection', async () => {
  let attempts = 0
  const pool: PostgresPool = {
    query: async () => ({ rows: [] }),
    async connect() {
      attempts += 1
      throw new Error('ECONNREFUSED')
    },
  }
  const { listening, seen } = listen(pool)
  await listening.ready()
  await jest.advanceTimersByTimeAsync(60_000)
  expect(attempts).toBeGreaterThan(12)
  expect(attempts).toBeLessThan(40)
  expect([seen.gaps, seen.errors.length]).toEqual([0, attempts])
  const closing = listening.close()
  await jest.advanceTimersByTimeAsync(6000)
  await closing
})
