import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { AS_MARIA, PATH } from '../../support/examined.js'
import { type Fault, page, startProxy } from '../../support/faulty-proxy.js'
import { listen } from '../../support/http.js'
import { start } from '../../support/processes.js'
import { runCli } from '../../support/terminal.js'
import { createWorld } from '../../support/world.js'

/** With --json the output is one JSON document, whatever happens. */

const KEY = { env: { ALLV_API_KEY: AS_MARIA.key } }
/** All but what a busy machine can fail. */
const ONLY = 'inputs,reach,http,access,protocol,nodes,origin,cors,body,tools,limits'
const ARGV = ['--json', '--member', 'maria@acme.test', '--only', ONLY]

async function reported(fault: Fault, signal?: AbortSignal) {
  const running = await listen(createWorld())
  const proxy = await startProxy(running.port, fault)
  const url = `${proxy.origin}${PATH}`
  const ran = await runCli(['doctor', url, ...ARGV], { ...KEY, ...(signal === undefined ? {} : { signal }) })
  proxy.close()
  await running.close()
  return { ...ran, url, report: JSON.parse(ran.out) }
}

it('holds the same members for each check', async () => {
  const { report, url, code, err } = await reported({})
  expect([code, err]).toEqual([0, ''])
  const { checks, ...rest } = report
  expect(rest).toEqual({
    schemaVersion: 1,
    url,
    startedAt: expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:.]+Z$/),
    interrupted: false,
    summary: { pass: expect.any(Number), warn: 0, fail: 0, skip: expect.any(Number) },
  })
  for (const check of checks) {
    expect(Object.keys(check)).toEqual(['id', 'group', 'status', 'title', 'seen', 'expected', 'cure', 'ms'])
    const wrong = check.status === 'fail' || check.status === 'warn'
    expect([check.id, check.expected !== null, check.cure !== null]).toEqual([check.id, wrong, wrong])
    expect(Number.isInteger(check.ms)).toBe(true)
  }
  const total = Object.values(report.summary).reduce((sum: number, one) => sum + Number(one), 0)
  expect(total).toBe(checks.length)
})

it.each<readonly [string, Fault]>([
  ['a page', { instead: (_, res) => page(res, 403, '<html>\u001b[31m"no"\u0000 \ud800 \u202e</html>') }],
  [
    'half an answer',
    {
      instead(_, res) {
        res.writeHead(200, { 'content-length': 900 }).write('{')
        setImmediate(() => res.destroy())
        return true
      },
    },
  ],
  ['no answer', { instead: ({ req }) => !!req.socket.destroy() }],
  ['broken JSON', { answerBody: (body) => body.slice(0, -3) }],
  ['other JSON', { answerBody: () => '[null, 1, {"jsonrpc": 2}]' }],
  ['a message without a result', { answerBody: () => '{"jsonrpc":"2.0","id":{},"result":null}' }],
  [
    'results of other types',
    {
      answerBody: (body) =>
        JSON.stringify({
          ...JSON.parse(body),
          result: {
            tools: [1, null, { name: 2 }],
            protocolVersion: 5,
            supportedVersions: 'x',
            serverInfo: [],
          },
          error: undefined,
        }),
    },
  ],
  [
    'errors of other types',
    {
      answerBody: (body) =>
        JSON.stringify({
          jsonrpc: '2.0',
          id: JSON.parse(body).id,
          error: { code: 'x', message: 5, data: [] },
        }),
    },
  ],
  [
    'a type that is wrong',
    {
      answerHeaders: (headers) => ({
        ...headers,
        'content-type': 'text/event-stream',
        'content-encoding': 'gzip',
      }),
    },
  ],
])('parses where the server answers with %s', async (_, fault) => {
  const { report, code, err } = await reported(fault)
  expect(report).toMatchObject({ schemaVersion: 1, interrupted: false })
  expect([err, [0, 1, 3].includes(code)]).toEqual(['', true])
})

it.each([1, 2, 4, 8, 16, 24, 32])('parses where the user interrupts at request %i', async (nth) => {
  const interrupt = new AbortController()
  let count = 0
  const { report, code } = await reported(
    {
      instead() {
        count += 1
        if (count === nth) interrupt.abort()
        return false
      },
    },
    interrupt.signal,
  )
  expect([code, report.interrupted]).toEqual([1, true])
  expect(report.checks.some(({ seen }: { seen: string }) => seen === 'interrupted')).toBe(true)
  expect(report.summary.fail).toBe(0)
})

it('parses after Ctrl-C, while the server does not answer', async () => {
  const server = createTcpServer((socket) => socket.on('error', () => {}))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const child = start('dist/cli/main.js', {}, [
    'doctor',
    `http://127.0.0.1:${port}${PATH}`,
    '--json',
    '--timeout',
    '600',
  ])
  let out = ''
  child.stdout?.on('data', (chunk) => (out += String(chunk)))
  const [first] = await once(server, 'connection')
  // A connection with a request on it: the command is in the middle of its work.
  await Promise.race([once(first, 'data'), once(server, 'connection')])
  child.kill('SIGINT')
  const [code] = await once(child, 'close')
  server.close()
  expect(JSON.parse(out)).toMatchObject({ interrupted: true, summary: { fail: 0 } })
  expect(code).toBe(1)
})

it('runs as a program, and ends by itself', async () => {
  const server = createServer((_, res) => res.writeHead(404).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const child = start('dist/cli/main.js', {}, ['doctor', `http://127.0.0.1:${port}/`, '--json'])
  let out = ''
  child.stdout?.on('data', (chunk) => (out += String(chunk)))
  const [code] = await once(child, 'close')
  server.close()
  server.closeAllConnections()
  expect([code, JSON.parse(out).summary.fail]).toEqual([1, 1])
})
