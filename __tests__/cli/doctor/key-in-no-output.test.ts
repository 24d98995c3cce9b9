import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PATH } from '../../support/examined.js'
import { runCli } from '../../support/terminal.js'

/** A server that repeats all that it gets, in every form, gets none of it into the output. */

const KEYS = ['sk_live_a1B2c3D4e5F6g7H8', `sk_live_+/=&<"'>~a1B2c3D4`, 'short1']

type Echo = (heard: string, req: IncomingMessage, res: ServerResponse) => void

const formsOf = (text: string) => [
  text,
  encodeURIComponent(text),
  encodeURIComponent(text).replace(/'/g, '%27'),
  encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  new URLSearchParams({ x: text }).toString().slice(2),
  encodeURI(text),
  JSON.stringify(text),
  Buffer.from(text).toString('base64'),
  Buffer.from(`Bearer ${text}`).toString('base64'),
  Buffer.from(text).toString('hex'),
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
]

const json = (res: ServerResponse, status: number, value: unknown, headers: object = {}) =>
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))

const idOf = (req: IncomingMessage) => (req as { id?: unknown }).id

const ECHOES: Readonly<Record<string, Echo>> = {
  'a page': (heard, _, res) =>
    void res.writeHead(404, { 'content-type': 'text/html' }).end(`<html>${heard}</html>`),
  'a firewall': (heard, _, res) =>
    void res.writeHead(403, { 'content-type': 'text/html' }).end(`<html>blocked: ${heard}`),
  'a failure': (heard, _, res) =>
    void res.writeHead(500, { 'content-type': 'text/plain' }).end(`Error: ${heard}\n at x.js`),
  'a redirect': (heard, _, res) =>
    void res.writeHead(302, { location: `/login?key=${encodeURIComponent(heard)}` }).end(),
  'a challenge': (heard, req, res) =>
    void json(
      res,
      401,
      { jsonrpc: '2.0', id: idOf(req), error: { code: 1, message: heard } },
      {
        'www-authenticate': `Bearer error="${encodeURIComponent(heard)}"`,
        'x-request-id': encodeURIComponent(heard),
      },
    ),
  'names of everything': (heard, req, res) =>
    void json(res, 200, {
      jsonrpc: '2.0',
      id: idOf(req),
      result: {
        protocolVersion: '2025-11-25',
        serverInfo: { name: heard, version: heard },
        supportedVersions: [heard],
        tools: [{ name: heard, inputSchema: { type: 'object', properties: { a: { $ref: heard } } } }],
      },
    }),
}

async function outputOf(key: string, echo: Echo, argv: readonly string[]) {
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    Object.assign(req, { id: /"id":"([^"]+)"/.exec(body)?.[1] })
    const given = Object.values(req.headers).map(String).join(' ')
    echo([given, ...formsOf(key)].join(' '), req, res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}?key=${encodeURIComponent(key)}`
  const { out, err, code } = await runCli(['doctor', url, ...argv], { env: { THE_KEY: key } })
  server.close()
  server.closeAllConnections()
  return { out, err, code }
}

const KINDS = Object.keys(ECHOES).flatMap((kind) => KEYS.map((key) => [kind, key] as const))

it.each(KINDS)('keeps the key out of its output where the server answers with %s (%s)', async (kind, key) => {
  const echo = ECHOES[kind]
  if (echo === undefined) throw new Error(kind)
  for (const format of [['-v'], ['--json'], []]) {
    const { out, err } = await outputOf(key, echo, ['--key-env', 'THE_KEY', '--member', 'm', ...format])
    expect(out).toMatch(/Examining|schemaVersion/)
    for (const form of formsOf(key))
      expect([form, out.includes(form), err.includes(form)]).toEqual([form, false, false])
  }
})

it('shows the last four characters only', async () => {
  const [key = ''] = KEYS
  const { out } = await outputOf(key, (_, __, res) => void res.writeHead(404).end(), ['--key-env', 'THE_KEY'])
  expect(out).toContain('with the key …g7H8')
})

it('takes the key from a file, and from the usual variable', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-doctor-'))
  writeFileSync(join(folder, 'key'), 'sk_live_in_a_file\n')
  const url = `http://127.0.0.1:9${PATH}`
  const fromFile = await runCli(['doctor', url, '--key-file', 'key'], { cwd: folder })
  const fromVariable = await runCli(['doctor', url], { env: { ALLV_API_KEY: 'sk_live_in_a_variable' } })
  rmSync(folder, { recursive: true })
  expect(fromFile.out).toContain('with the key …file')
  expect(fromVariable.out).toContain('with the key …able')
})

it('warns of a key in the command line, and does not repeat it', async () => {
  const { out, err, code } = await runCli([
    'doctor',
    `http://127.0.0.1:9${PATH}`,
    '--key',
    'sk_live_for_all_to_see',
  ])
  expect(err).toBe('Warning: other users of this machine can read --key. Use --key-env or --key-file.\n')
  expect([code, out.includes('sk_live_for')]).toEqual([3, false])
})

it.each([
  [['doctor', 'https://a.test/mcp', 'sk_live_for_all_to_see']],
  [['doctor', 'https://a.test/mcp', '--key', 'sk_live_for_all_to_see', '--key-env', 'X']],
  [['doctor', 'sk_live_for_all_to_see']],
  [['doctor', 'https://user:sk_live_for_all_to_see@a.test/mcp']],
  [['doctor', 'https://a.test/mcp', '--key-env', 'sk_live_for_all_to_see']],
  [['doctor', 'https://a.test/mcp', '--key-file', 'sk_live_for_all_to_see']],
  [['doctor', 'https://a.test/mcp', '--timeout', 'sk_live_for_all_to_see']],
])('repeats no word of a wrong command line that may be a key: %j', async (argv) => {
  const { out, err, code } = await runCli(argv)
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(/\w/)
  expect(err).not.toContain('for_all_to_see')
})
