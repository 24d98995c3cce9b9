import { jest } from '@jest/globals'
import { createPostgresAdapters, createPostgresEvents } from 'allv-mcp/postgres'
import { createRedisEvents, type NodeEvents } from 'allv-mcp/redis'
import { until } from './support/scene.js'

/** What PostgreSQL and Redis adapters say of failures that no request waits for. */

const PASSWORD = 'hunter2-of-the-database'
const failure = () => new Error(`connect ECONNREFUSED postgres://app:${PASSWORD}@db.internal:5432/app`)

let printed: jest.SpiedFunction<typeof console.error>
beforeEach(() => {
  printed = jest.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => printed.mockRestore())
const lines = () => printed.mock.calls.map((args) => args.join(' '))

type OnError = false | ((error: unknown) => void)
const given = (onError: OnError | undefined) => (onError === undefined ? {} : { onError })

/** A pool without a database behind it. */
function deadPool() {
  const state = { asked: 0 }
  const fail = async () => {
    state.asked += 1
    throw failure()
  }
  return { state, pool: { connect: fail, query: fail, options: { max: 10 } } }
}

/** A client without a Redis behind it. */
function deadRedis() {
  const state = { asked: 0 }
  const fail = async () => {
    state.asked += 1
    throw failure()
  }
  const on = () => {}
  const subscriber = { subscribe: fail, ping: fail, on, disconnect: on }
  return { state, redis: { publish: fail, duplicate: () => subscriber } }
}

function listening(events: NodeEvents, asked: () => number) {
  const listen = () => {
    events.subscribe(() => {})
    return () => events.close()
  }
  return { listen, asked }
}

const adapters: readonly (readonly [
  string,
  (onError?: OnError) => { listen(): () => Promise<void>; asked(): number },
])[] = [
  [
    'postgres',
    (onError) => {
      const { pool, state } = deadPool()
      const events = createPostgresEvents({ pool, ...given(onError) })
      return listening(events, () => state.asked)
    },
  ],
  [
    'postgres',
    (onError) => {
      const { pool, state } = deadPool()
      const { events } = createPostgresAdapters({ pool, ...given(onError) })
      return listening(events, () => state.asked)
    },
  ],
  [
    'redis',
    (onError) => {
      const { redis, state } = deadRedis()
      const events = createRedisEvents({ redis, ...given(onError) })
      return listening(events, () => state.asked)
    },
  ],
]

describe.each(adapters)('%s', (name, create) => {
  it('prints one line on standard error when its connection is lost, without a password', async () => {
    const close = create().listen()
    await until(() => lines().length > 0)
    await close()
    const [line = ''] = lines()
    expect(line).toMatch(new RegExp(`^allv-mcp: UNAVAILABLE ${name}: Error: connect ECONNREFUSED`))
    expect(line).not.toMatch(/\n|hunter2/)
  })

  it('calls onError instead if the host gives one, and survives an error that it throws', async () => {
    const reported: unknown[] = []
    const close = create((error) => {
      reported.push(error)
      throw new Error('the log is full')
    }).listen()
    await until(() => reported.length > 0)
    await close()
    expect(reported[0]).toBeInstanceOf(Error)
    expect(lines()).toEqual([])
  })

  it('reports nothing when onError is false', async () => {
    const adapter = create(false)
    const close = adapter.listen()
    await until(() => adapter.asked() > 0)
    await close()
    expect(lines()).toEqual([])
  })

  it('refuses an onError that is no function', () => {
    expect(() => create('console' as unknown as OnError)).toThrow(
      /option onError must be a function \(error\), or false/,
    )
  })
})
