import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { AS_MARIA, ORIGIN, PATH, resultsOf } from '../../support/examined.js'
import { type Fault, startProxy } from '../../support/faulty-proxy.js'
import { listen } from '../../support/http.js'
import { createWorld } from '../../support/world.js'

/** Nothing is asked of any other host, whatever the answers name. */

it.each<readonly [string, (other: string) => Fault]>([
  ['nothing of another host', () => ({})],
  [
    'a redirect',
    (other) => ({ instead: (_, res) => !!res.writeHead(307, { location: `${other}/mcp` }).end() }),
  ],
  [
    'metadata of a login',
    (other) => ({
      answerHeaders: (headers, status) =>
        status === 401
          ? { ...headers, 'www-authenticate': `Bearer resource_metadata="${other}/x"` }
          : headers,
    }),
  ],
  [
    'an alternative service',
    (other) => ({
      answerHeaders: (headers) => ({
        ...headers,
        'alt-svc': `h2="${new URL(other).host}"`,
        link: `<${other}>; rel=preload`,
      }),
    }),
  ],
])('connects to the host of the URL only, where answers name %s', async (_, faultFor) => {
  const running = await listen(createWorld({ allowedOrigins: [ORIGIN] }))
  const other = await startProxy(running.port, {})
  const proxy = await startProxy(running.port, faultFor(other.origin))
  const ports = new Set<number>()
  const onSocket = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket }
    socket.once('connect', () => ports.add(socket.remotePort ?? 0))
  }
  subscribe('net.client.socket', onSocket)
  const results = await resultsOf(`${proxy.origin}${PATH}`, { ...AS_MARIA, origin: ORIGIN })
  unsubscribe('net.client.socket', onSocket)
  const own = Number(new URL(proxy.origin).port)
  expect(results.length).toBeGreaterThan(40)
  expect(proxy.came.length).toBeGreaterThan(0)
  // The proxy itself connects to the host behind it.
  expect([...ports].filter((port) => port !== running.port)).toEqual([own])
  expect(other.came).toEqual([])
  for (const one of [proxy, other]) one.close()
  await running.close()
})
