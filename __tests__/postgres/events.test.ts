import { PGlite } from '@electric-sql/pglite'
import type { BusEvent } from 'allv-mcp'
import { type AnyPostgres, createPostgresAdapters, createPostgresEvents } from 'allv-mcp/postgres'
import { createAssembly, toParts } from '../../lib/postgres/events/notify-parts.js'
import { openPostgres } from '../support/databases.js'
import { until } from '../support/scene.js'

/** Events over NOTIFY, beyond the contract: of any size, and of this schema only. */

const postgres = await openPostgres()
const embedded = new PGlite()
afterAll(async () => {
  await embedded.close()
  await postgres?.close()
})

const big = (fill: string, length: number): BusEvent => ({
  type: 'library',
  workspaceId: 'ws',
  memberId: 'mem',
  sealed: fill.repeat(length),
})

const stores: readonly (readonly [string, () => AnyPostgres, string])[] = [
  ['PGlite', () => embedded, 'allv_mcp'],
  ...(postgres === null ? [] : [['PostgreSQL', () => postgres.node(), postgres.schema] as const]),
]

describe.each(stores)('%s', (_, open, schema) => {
  it('delivers events that are far larger than a NOTIFY payload, in any script', async () => {
    const buses = [open(), open()].map((pool) => createPostgresEvents({ pool, schema }))
    const [here, there] = buses
    const received: BusEvent[] = []
    there?.subscribe((event) => received.push(event))
    await there?.ready()
    const events = [big('x', 100), big('x', 300_000), big('ä日😀\ud800', 20_000), big('"\\\n', 5000)]
    await Promise.all(events.map((event) => here?.publish(event)))
    await until(() => received.length === events.length)
    const sizes = (list: readonly BusEvent[]) => list.map((event) => JSON.stringify(event)).sort()
    expect(sizes(received)).toEqual(sizes(events))
    await Promise.all(buses.map((bus) => bus.close()))
  })

  it('ignores messages that are no events, and events of another schema', async () => {
    const pool = open()
    const [bus, other] = [
      createPostgresEvents({ pool, schema }),
      createPostgresEvents({ pool, schema: 'another' }),
    ]
    const received: BusEvent[] = []
    bus.subscribe((event) => received.push(event))
    await bus.ready()
    for (const text of [
      '',
      'nonsense',
      'a1 0 1 {}',
      'a1 0 1 {',
      'a1 1 2 x',
      'a1 0 1 {"type":"x","workspaceId":1}',
    ])
      await pool.query('select pg_notify($1, $2)', [`${schema}_events`, text])
    await other.publish({ type: 'tools_changed', workspaceId: 'ws_other', memberId: null })
    await bus.publish({ type: 'tools_changed', workspaceId: 'ws', memberId: null })
    await until(() => received.length > 0)
    expect(received).toEqual([{ type: 'tools_changed', workspaceId: 'ws', memberId: null }])
    await bus.close()
  })
})

it('joins parts in order only', () => {
  const parts = toParts({ text: 'x'.repeat(20_000) })
  expect(parts.length).toBe(3)
  expect(parts.every((part) => part.length < 7900)).toBe(true)
  const whole = JSON.stringify({ text: 'x'.repeat(20_000) })
  const all = (order: readonly number[]) => {
    const assemble = createAssembly()
    return order.map((i) => assemble(parts[i] ?? '')).filter((text) => text !== null)
  }
  expect(all([0, 1, 2])).toEqual([whole])
  for (const order of [
    [0, 2, 1],
    [1, 2],
    [2, 1, 0],
  ])
    expect(all(order)).toEqual([])
  expect(all([0, 0, 1, 2])).toEqual([whole])
})

if (postgres !== null) {
  it('releases its connection when it is closed, and receives nothing any more', async () => {
    const pool = postgres.node()
    const bus = createPostgresEvents({ pool, schema: postgres.schema })
    const received: BusEvent[] = []
    bus.subscribe((event) => received.push(event))
    await bus.ready()
    expect(pool.totalCount - pool.idleCount).toBe(1)
    await bus.close()
    expect(pool.totalCount - pool.idleCount).toBe(0)
    bus.subscribe((event) => received.push(event))
    await bus.publish({ type: 'tools_changed', workspaceId: 'ws', memberId: null })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(received).toEqual([])
  })

  it('asks for a second connection, or for another pool, if the pool has one connection', async () => {
    const [pool, listenPool] = [postgres.node({ max: 1 }), postgres.node({ max: 2 })]
    expect(() => createPostgresAdapters({ pool })).toThrow(/at least two, or pass listenPool/)
    const { events } = createPostgresAdapters({ pool, listenPool, schema: postgres.schema })
    events.subscribe(() => {})
    await events.ready()
    expect([pool.totalCount, listenPool.totalCount]).toEqual([0, 1])
    await events.close()
  })
}

it('names the mistake in its options, and what to change', () => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [
      { pool: embedded, evaluate: async () => ({ verdict: 'allow' }) },
      /takes no evaluate; pass it as adapters\.policy/,
    ],
    [{ pool: embedded, table: 'x' }, /unknown option "table"; the options are pool/],
    [{ pool: 'postgres://' }, /option pool must be/],
    [{}, /option pool must be/],
    [{ pool: null }, /option pool must be/],
  ]
  for (const [options, sentence] of wrong)
    expect(() => createPostgresAdapters(options as Parameters<typeof createPostgresAdapters>[0])).toThrow(
      sentence,
    )
})
