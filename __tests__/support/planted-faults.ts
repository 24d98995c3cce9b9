/** Faults of proxies, gateways and firewalls, each with the check that names it. */

import { createGzip } from 'node:zlib'
import { ORIGIN, type Planted } from './examined.js'
import { type Fault, page, without } from './faulty-proxy.js'

/** A sentence, what is planted, and the id of the only check that fails. */
export type Row = readonly [fault: string, planted: Planted, id: string]

const WITH_ORIGIN = { origin: ORIGIN }
const MCP_HEADERS = /^mcp-/
const isStream = (type: string | undefined) => type === 'text/event-stream'
const CHALLENGE =
  '<html><title>Just a moment...</title><script src="/cdn-cgi/challenge-platform/x.js"></script></html>'

/** Faults 1, 12, 14, 22 and 24 of the list, and pages of gateways. */
export const BEFORE_THE_APP: readonly Row[] = [
  [
    'a redirect to https',
    { fault: { instead: (_, res) => !!res.writeHead(301, { location: 'https://acme.test/mcp' }).end() } },
    'http.redirect',
  ],
  [
    'a redirect that adds a slash',
    { fault: { instead: ({ req }, res) => !!res.writeHead(308, { location: `${req.url}/` }).end() } },
    'http.redirect',
  ],
  [
    'a redirect to a login',
    { fault: { instead: (_, res) => !!res.writeHead(302, { location: '/login?next=mcp' }).end() } },
    'http.redirect',
  ],
  [
    'a bot check with 403',
    { fault: { instead: (_, res) => page(res, 403, CHALLENGE, { 'cf-mitigated': 'challenge' }) } },
    'http.wall',
  ],
  ['a bot check with 503', { fault: { instead: (_, res) => page(res, 503, CHALLENGE) } }, 'http.wall'],
  ['a bot check with 429', { fault: { instead: (_, res) => page(res, 429, CHALLENGE) } }, 'http.wall'],
  [
    'a bot check with 200',
    { fault: { instead: (_, res) => page(res, 200, '<html><div class="g-recaptcha"></div></html>') } },
    'http.wall',
  ],
  [
    'a firewall',
    { fault: { instead: (_, res) => page(res, 403, '<html><h1>Forbidden</h1></html>') } },
    'http.wall',
  ],
  [
    'a proxy that cannot reach the app',
    { fault: { instead: (_, res) => page(res, 502, '<html><h1>502 Bad Gateway</h1></html>') } },
    'http.gateway',
  ],
  [
    'an app that is starting',
    { fault: { instead: (_, res) => !!res.writeHead(503, { 'retry-after': '1' }).end() } },
    'http.gateway',
  ],
  [
    'an app that fails',
    { fault: { instead: (_, res) => page(res, 500, '<html><pre>Internal Server Error</pre></html>') } },
    'http.gateway',
  ],
  ['a wrong mount path', { path: '/wrong/workspaces/ws_acme/mcp' }, 'http.mount'],
  ['a path without the workspace', { path: '/api/mcp' }, 'http.mount'],
  [
    'a start page for every path',
    { fault: { instead: (_, res) => page(res, 200, '<!doctype html><div id="root"></div>') } },
    'http.mount',
  ],
  [
    'a path that takes no POST',
    { fault: { instead: (_, res) => page(res, 405, '<html>Method Not Allowed</html>') } },
    'http.mount',
  ],
  [
    'a cache that says the age',
    { fault: { answerHeaders: (headers) => ({ ...headers, age: '17' }) } },
    'http.cache',
  ],
  [
    'a cache that says that it hit',
    { fault: { answerHeaders: (headers) => ({ ...headers, 'x-cache': 'HIT from edge' }) } },
    'http.cache',
  ],
  [
    'a cache that repeats the answer to another request',
    { fault: { answerBody: (body) => body.replace(/"id":"doctor-\d+"/, '"id":"doctor-1"') } },
    'http.cache',
  ],
  [
    'JSON that is called text',
    {
      fault: {
        answerHeaders: (headers) =>
          headers['content-type'] === 'text/event-stream'
            ? headers
            : { ...headers, 'content-type': 'text/plain' },
      },
    },
    'http.content-type',
  ],
  [
    'a connection for each request',
    { fault: { answerHeaders: (headers) => ({ ...headers, connection: 'close' }) } },
    'http.keep-alive',
  ],
  [
    'answers that take long',
    { fault: { delayMs: 120 }, options: { slowMs: 100, timeoutMs: 60_000 } },
    'speed.latency',
  ],
]

/** Faults 3, 4 and 13: headers on their way, and the form of a 401. */
export const ON_THE_WAY: readonly Row[] = [
  ...[200, 500].map(
    (status): Row => [
      `a refusal that arrives as ${status}`,
      {
        fault: {
          deliver: (answer, res) => {
            res.writeHead(
              answer.statusCode === 401 ? status : (answer.statusCode ?? 0),
              without(answer.headers, /^connection$/),
            )
            answer.pipe(res)
          },
        },
      },
      'access.challenge',
    ],
  ),
  [
    'no Authorization',
    { fault: { headers: (headers) => without(headers, /^authorization$/) } },
    'access.authorization',
  ],
  [
    'neither Authorization nor x-api-key',
    { fault: { headers: (headers) => without(headers, /^(authorization|x-api-key)$/) } },
    'access.authorization',
  ],
  [
    'an Authorization of its own',
    { fault: { headers: (headers) => ({ ...headers, authorization: 'Basic cHJveHk6cHJveHk=' }) } },
    'access.authorization',
  ],
  ['no x-allv-*', { fault: { headers: (headers) => without(headers, /^x-allv-/) } }, 'access.member-header'],
  [
    'x_allv_* in place of x-allv-*',
    {
      fault: {
        headers: (headers) =>
          Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [
              name.startsWith('x-allv-') ? name.replaceAll('-', '_') : name,
              value,
            ]),
          ),
      },
    },
    'access.member-header',
  ],
  [
    'no x-allv-*, with a key of one member',
    {
      fault: { headers: (headers) => without(headers, /^x-allv-/) },
      options: { key: 'sk_test_acme_bound_to_maria' },
    },
    'access.member-header',
  ],
  [
    'no x-acme-*, in a host with a brand of its own',
    {
      fault: { headers: (headers) => without(headers, /^x-acme-/) },
      world: { brand: { headerPrefix: 'x-acme-' } },
    },
    'access.member-header',
  ],
  ['no Mcp-*', { fault: { headers: (headers) => without(headers, MCP_HEADERS) } }, 'protocol.mcp-headers'],
  [
    'no Mcp-Method',
    { fault: { headers: (headers) => without(headers, /^mcp-method$/) } },
    'protocol.mcp-headers',
  ],
  [
    'no Mcp-Name',
    { fault: { headers: (headers) => without(headers, /^mcp-name$/) } },
    'protocol.mcp-headers',
  ],
  [
    'a page in place of a 401',
    {
      fault: {
        instead: ({ req }, res) =>
          req.headers.authorization === undefined && page(res, 401, '<html>Sign in</html>'),
      },
    },
    'access.challenge',
  ],
  [
    'no WWW-Authenticate',
    { fault: { answerHeaders: (headers) => without(headers, /^www-authenticate$/) } },
    'access.challenge',
  ],
  [
    'a login of its own',
    {
      fault: {
        instead: (_, res) =>
          page(res, 401, '<html>Sign in</html>', { 'www-authenticate': 'Basic realm="proxy"' }),
      },
    },
    'access.challenge',
  ],
  [
    'metadata that do not exist',
    { fault: { answerHeaders: challenged('/.well-known/nothing') } },
    'access.metadata',
  ],
  [
    'metadata of another host',
    { fault: { answerHeaders: challenged('https://other.test/.well-known/oauth-protected-resource') } },
    'access.metadata',
  ],
  [
    'a start page where clients look for metadata',
    {
      fault: {
        instead: ({ req }, res) =>
          req.method === 'GET' && page(res, 200, '<!doctype html><div id="root"></div>'),
      },
    },
    'access.metadata',
  ],
]

/** Faults 5 to 11 and 18: streams, sizes, web pages, versions. */
export const IN_THE_PROTOCOL: readonly Row[] = [
  [
    'streams that are sent when they end',
    {
      options: { slowMs: 1500 },
      fault: {
        deliver(answer, res) {
          const chunks: Buffer[] = []
          answer.on('data', (chunk) => chunks.push(chunk)).on('end', () => res.end(Buffer.concat(chunks)))
        },
      },
    },
    'stream.buffered',
  ],
  [
    'streams that are compressed and not flushed',
    {
      options: { slowMs: 1500 },
      fault: {
        answerHeaders: (headers) =>
          isStream(headers['content-type']) ? { ...headers, 'content-encoding': 'gzip' } : headers,
        deliver(answer, res) {
          res.flushHeaders()
          if (isStream(answer.headers['content-type'])) answer.pipe(createGzip()).pipe(res)
          else answer.pipe(res)
        },
      },
    },
    'stream.compressed',
  ],
  [
    'idle streams that are cut off',
    {
      options: { idleMs: 60_000 },
      fault: {
        deliver(answer, res) {
          answer.pipe(res)
          if (isStream(answer.headers['content-type'])) setTimeout(() => res.destroy(), 300)
        },
      },
    },
    'stream.idle',
  ],
  ['a limit of 10 kB', { fault: tooLarge(10_000) }, 'body.limit'],
  ['a limit of 1 MB', { fault: tooLarge(1_000_000) }, 'body.limit'],
  [
    'a connection that is closed for large requests',
    { fault: { instead: ({ body, req }) => body.length > 10_000 && !!req.socket.destroy() } },
    'body.limit',
  ],
  [
    'a preflight that needs a key',
    { options: WITH_ORIGIN, fault: preflight((_, res) => page(res, 401, '')) },
    'cors.preflight',
  ],
  [
    'a preflight that is refused',
    { options: WITH_ORIGIN, fault: preflight((_, res) => page(res, 405, '')) },
    'cors.preflight',
  ],
  [
    'a preflight that does not allow the headers',
    {
      options: WITH_ORIGIN,
      fault: preflight(
        (_, res) =>
          !!res
            .writeHead(204, {
              'access-control-allow-origin': ORIGIN,
              'access-control-allow-headers': 'content-type',
            })
            .end(),
      ),
    },
    'cors.preflight',
  ],
  [
    'a session id that pages cannot read',
    {
      options: WITH_ORIGIN,
      fault: { answerHeaders: (headers) => without(headers, /^access-control-expose-headers$/) },
    },
    'cors.readable',
  ],
  [
    'CORS headers that come twice',
    {
      options: WITH_ORIGIN,
      fault: {
        answerHeaders: (headers, status) =>
          status === 200 ? { ...headers, 'access-control-allow-origin': `${ORIGIN}, ${ORIGIN}` } : headers,
      },
    },
    'cors.readable',
  ],
  ['an origin that is not allowed', { options: { origin: 'https://forgotten.acme.test' } }, 'origin.allowed'],
  [
    'no Origin',
    { options: WITH_ORIGIN, fault: { headers: (headers) => without(headers, /^origin$/) } },
    'origin.foreign',
  ],
  [
    'another MCP-Protocol-Version',
    { fault: { headers: (headers) => ({ ...headers, 'mcp-protocol-version': '2025-06-18' }) } },
    'protocol.version-header',
  ],
  [
    'no MCP-Protocol-Version',
    { fault: { headers: (headers) => without(headers, /^mcp-protocol-version$/) } },
    'protocol.version-header',
  ],
  [
    'an older MCP-Protocol-Version than 2026-07-28',
    {
      fault: {
        headers: (headers) =>
          headers['mcp-protocol-version'] === '2026-07-28'
            ? { ...headers, 'mcp-protocol-version': '2025-11-25' }
            : headers,
      },
    },
    'protocol.version-header',
  ],
  [
    'an older version in initialize',
    {
      fault: {
        body: (body) => body.replace('"protocolVersion":"2025-11-25"', '"protocolVersion":"2024-11-05"'),
      },
    },
    'protocol.era-2025',
  ],
]

function challenged(address: string) {
  return (headers: object, status: number) =>
    status === 401
      ? { ...headers, 'www-authenticate': `Bearer resource_metadata="${address}"` }
      : { ...headers }
}

function tooLarge(bytes: number): Fault {
  return {
    instead: ({ body }, res) =>
      body.length > bytes && page(res, 413, '<html><h1>413 Request Entity Too Large</h1><hr>nginx</html>'),
  }
}

function preflight(answer: NonNullable<Fault['instead']>): Fault {
  return { instead: (came, res) => came.req.method === 'OPTIONS' && answer(came, res) }
}
