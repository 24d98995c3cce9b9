import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createToolProvider, type JsonObject } from 'allv-mcp'
import { readSources } from '../architecture/sources.js'
import { modern, open, post, rpc, toolCall } from '../support/http.js'
import { scenes } from '../support/scene.js'

/** T14 of the security checklist: the library opens no connection to an address that a caller gave it. */

const start = scenes()

it('has nothing to fetch with: the stores connect only through the clients that the host made', () => {
  // The program examines addresses that the person at the terminal gives it, and no caller reaches it.
  const able = readSources()
    .filter(({ path }) => !path.startsWith('cli/'))
    .filter(
      ({ text, imports }) =>
        /\bfetch\(|\bnew (WebSocket|EventSource|XMLHttpRequest)\b/.test(text) ||
        imports.some(
          ({ target, typeOnly }) =>
            !typeOnly && /^(node:)?(https?|http2|net|tls|dns|dgram|undici)(\/|$)/.test(target),
        ),
    )
    .map(({ path }) => path)
  expect(able.sort()).toEqual([
    // Reads the prototypes of requests and responses, and calls nothing.
    'mcp/http/express-shapes.ts',
    // Names a method of its own so, and calls the function that the options hold.
    'oauth/keys/kept-document.ts',
    // Fetches what the host's option `oauth` names: the metadata, keys and introspection of its authorization servers.
    'oauth/options/check-oauth-options.ts',
  ])
  expect(readSources().filter(({ text }) => /\bhttps?\.(request|get)\(/.test(text))).toEqual([])
})

it('connects to no address of a request, a client or a schema', async () => {
  let connections = 0
  const trap = createServer((_, res) => res.end('{}')).on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/schema.json`
  const provider = createToolProvider([])
  const tool = (name: string, inputSchema: JsonObject) => ({ name, description: 'Refers.', inputSchema })
  const { running } = await start({
    rateLimit: false,
    adapt: () => ({
      tools: {
        ...provider,
        list: async () => [
          tool('refers', { type: 'object', properties: { a: { $ref: url } } }),
          tool('identified', { $id: url, type: 'object', properties: { a: { $ref: '#/definitions/x' } } }),
          tool('meta', { $schema: url, type: 'object' }),
        ],
        call: async () => ({ content: [{ type: 'resource_link', uri: url, name: 'x' }] }),
      },
    }),
  })
  const info = { name: 'c', version: '1', websiteUrl: url, icons: [{ src: url }] }
  await post(running, {
    body: rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: info }),
  })
  for (const name of ['refers', 'identified', 'meta']) {
    await post(running, { body: toolCall(name, { a: url }) })
    await post(running, modern('tools/call', { name, arguments: { a: url } }))
  }
  await post(running, { body: rpc('tools/list') })
  await post(running, { body: rpc('resources/read', { uri: url }) })
  await post(running, {
    body: rpc('completion/complete', {
      ref: { type: 'ref/resource', uri: url },
      argument: { name: 'a', value: url },
    }),
  })
  const gone = new AbortController()
  const listen = modern('subscriptions/listen', {
    notifications: { toolsListChanged: true, resourceSubscriptions: [url] },
  })
  await open(running, { ...listen, signal: gone.signal })
  gone.abort()
  expect(connections).toBe(0)
  await new Promise((resolve) => trap.close(resolve))
})
