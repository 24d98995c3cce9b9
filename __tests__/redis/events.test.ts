import { createRedisEvents } from 'allv-mcp/redis'
import { eventsContract } from 'allv-mcp/testing'
import { Redis } from 'ioredis'
import { findRedis, freshName } from '../support/databases.js'
import { until } from '../support/scene.js'
import { privateRedis } from '../support/servers.js'

const url = await findRedis()
const clients: Redis[] = []
afterAll(() => {
  for (const client of clients) client.disconnect()
})

function connect(connectionName = 'test'): Redis {
  const redis = new Redis(url ?? '', { connectionName })
  redis.on('error', () => {})
  clients.push(redis)
  return redis
}

it('runs if Redis answers', () => {
  expect(url === null || URL.canParse(url)).toBe(true)
})

if (url !== null) {
  eventsContract({ describe, it }, async () => {
    const channel = freshName()
    const [adapter, peer] = [connect(), connect()].map((redis) => createRedisEvents({ redis, channel }))
    if (adapter === undefined || peer === undefined) throw new Error('no events')
    return {
      adapter,
      peer,
      ready: async () => void (await Promise.all([adapter.ready(), peer.ready()])),
      close: async () => void (await Promise.all([adapter.close(), peer.close()])),
    }
  })

  it('reports a gap when its connection is back, and receives events again', async () => {
    const channel = freshName()
    const redis = connect(channel)
    const events = createRedisEvents({ redis, channel })
    const received: string[] = []
    const gap = new Promise<void>((resolve) => events.onGap(resolve))
    events.subscribe(({ workspaceId }) => received.push(workspaceId))
    await events.ready()
    const admin = connect()
    const subscribers = String(await admin.call('CLIENT', 'LIST', 'TYPE', 'pubsub'))
    expect(subscribers).toContain(channel)
    for (const line of subscribers.split('\n').filter((client) => client.includes(` name=${channel} `))) {
      const id = /id=(\d+)/.exec(line)?.[1]
      if (id !== undefined) await admin.call('CLIENT', 'KILL', 'ID', id)
    }
    await gap
    await events.publish({ type: 'tools_changed', workspaceId: 'ws_1', memberId: null })
    await until(() => received.length > 0)
    expect(received).toEqual(['ws_1'])
    await events.close()
  })

  it('connects by itself with a lazy client', async () => {
    const redis = new Redis(url, { lazyConnect: true })
    clients.push(redis)
    const events = createRedisEvents({ redis, channel: freshName() })
    const received: string[] = []
    events.subscribe(({ workspaceId }) => received.push(workspaceId))
    await events.ready()
    await events.publish({ type: 'tools_changed', workspaceId: 'ws_1', memberId: null })
    await until(() => received.length > 0)
    expect(received).toEqual(['ws_1'])
    await events.close()
  })

  it('reports a gap when its first connection comes late', async () => {
    const reported: unknown[] = []
    const late = await privateRedis()
    if (late === null) return expect(late).toBeNull()
    await late.crash()
    const redis = new Redis(late.url)
    redis.on('error', () => {})
    clients.push(redis)
    const events = createRedisEvents({ redis, onError: (error) => reported.push(error) })
    const gap = new Promise<void>((resolve) => events.onGap(resolve))
    events.subscribe(() => {})
    await until(() => reported.length > 0)
    await late.start()
    await gap
    await events.close()
    redis.disconnect()
    await late.remove()
  })

  it('ignores messages that are no events', async () => {
    const redis = connect()
    const channel = freshName()
    const events = createRedisEvents({ redis, channel })
    const received: unknown[] = []
    events.subscribe((event) => received.push(event))
    await events.ready()
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '{"type":"tools_changed"}',
      '{"workspaceId":"ws","memberId":1,"type":"x"}',
    ])
      await redis.publish(channel, text)
    await events.publish({ type: 'tools_changed', workspaceId: 'ws_1', memberId: null })
    await until(() => received.length > 0)
    expect(received).toEqual([{ type: 'tools_changed', workspaceId: 'ws_1', memberId: null }])
    await events.close()
  })
}
