/**
 * `npm run check:clients [-- ID…]`: installs the clients that npm has into `.build/clients`, gives each the file that `allv-mcp/clients` writes and,
 * where there is one, the command, and sees them reach an endpoint with the right headers. Downloads about 2 GB at first.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Connection, clientConfig } from 'allv-mcp/clients'
import { connect, type Start } from './connect.js'
import { KEYS, MEMBER, openEndpoint, type Seen } from './endpoint.js'
import { type Home, makeHome } from './home.js'
import { install } from './install.js'
import { OTHERS, PROGRAMS, type Program } from './programs.js'

interface Way {
  readonly title: string
  /** `undefined`: the client sends no key, and the endpoint refuses it. */
  readonly key: string | undefined
  readonly member: string | undefined
  readonly connection: Pick<Connection, 'member' | 'boundKey' | 'auth' | 'revealKey'>
}

const WAYS: readonly Way[] = [
  {
    title: 'key and member',
    key: KEYS.any,
    member: MEMBER,
    connection: { member: { email: MEMBER }, revealKey: KEYS.any },
  },
  {
    title: 'bound key',
    key: KEYS.bound,
    member: undefined,
    connection: { boundKey: true, revealKey: KEYS.bound },
  },
  // Nobody signs in here: that the client calls the endpoint without headers is all that its file is for.
  { title: 'OAuth', key: undefined, member: undefined, connection: { auth: 'oauth' } },
]

const wanted = process.argv.slice(2)
const endpoint = await openEndpoint()
let failures = 0
for (const program of PROGRAMS.filter(({ id }) => wanted.length === 0 || wanted.includes(id)))
  await check(program)
for (const [id, name] of OTHERS) {
  if (wanted.length > 0 && !wanted.includes(id)) continue
  const installed = install(name)
  console.log(
    `${id}: ${'failed' in installed ? `not installed: ${installed.failed}` : 'installed, and not run: see programs.ts'}`,
  )
}
endpoint.close()
process.exitCode = failures > 0 ? 1 : 0

async function check(program: Program): Promise<void> {
  const installed = install(program.package)
  if ('failed' in installed) {
    console.log(`${program.id}: not installed: ${installed.failed}`)
    return
  }
  const label = `${program.id} (${program.package} ${installed.version})`
  for (const way of WAYS) {
    const make = { ...way.connection, name: 'sales', url: endpoint.url }
    const config = clientConfig(program.id, { ...make, os: process.platform === 'darwin' ? 'mac' : 'linux' })
    const [file] = config.files.filter(({ scope }) => scope === 'user')
    report(`${label}, ${way.title}, file`, way, await byFile(program, way, installed.bin, file))
    const lines = config.commands.map(({ text }) => text)
    if (lines.length > 0 && way.key !== undefined)
      report(`${label}, ${way.title}, command`, way, await byCommand(program, way, installed.bin, lines))
  }
}

async function byFile(
  program: Program,
  way: Way,
  bin: string,
  file: { path: string; text: string } | undefined,
) {
  const home = makeHome()
  try {
    const path = join(home.path, (file?.path ?? '').replace('~/', ''))
    const text = file?.text ?? ''
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${text}${program.more ?? ''}`)
    const start = program.isBridge ? bridgeStart(text, bin, home) : plainStart(program, way, bin, home)
    return await attempt(start)
  } finally {
    home.close()
  }
}

async function byCommand(program: Program, way: Way, bin: string, lines: readonly string[]) {
  const home = makeHome()
  try {
    const start = plainStart(program, way, bin, home)
    const added = await connect({ ...start, command: 'sh', args: ['-ec', lines.join('\n')] }, () => false)
    const tried = await attempt(start)
    return { ...tried, output: `${added}\n${tried.output}` }
  } finally {
    home.close()
  }
}

function plainStart({ bin: name, args, env }: Program, { key }: Way, bin: string, home: Home): Start {
  return {
    command: join(bin, name),
    args: args.map((arg) => arg.replace('{home}', home.path)),
    env: { ...home.env, ...env, PATH: `${bin}:${home.env['PATH']}`, ALLV_API_KEY: key ?? 'not sent' },
    cwd: home.project,
  }
}

/** What Claude Desktop starts, with the installed program in place of npx. */
function bridgeStart(text: string, bin: string, home: Home): Start {
  const { args, env } = JSON.parse(text).mcpServers.sales
  const [, , ...rest]: readonly string[] = args
  const clientInfo = { name: 'desktop', version: '1' }
  const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }
  const messages = [
    { jsonrpc: '2.0', id: 1, method: 'initialize', params: initialize },
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', id: 2, method: 'tools/list' },
  ]
  const input = messages.map((message) => `${JSON.stringify(message)}\n`).join('')
  return {
    command: join(bin, 'mcp-remote'),
    args: rest,
    env: { ...home.env, ...env },
    cwd: home.project,
    input,
  }
}

async function attempt(start: Start): Promise<{ seen: readonly Seen[]; listed: boolean; output: string }> {
  endpoint.forget()
  const isDone = () => endpoint.listed() || endpoint.seen().some(({ status }) => status === 401)
  const output = await connect(start, isDone)
  return { seen: endpoint.seen(), listed: endpoint.listed(), output }
}

type Tried = Awaited<ReturnType<typeof attempt>>

function report(label: string, way: Way, { seen, listed, output }: Tried): void {
  const wrong = seen.filter(
    ({ authorization, member }) =>
      authorization !== (way.key === undefined ? undefined : `Bearer ${way.key}`) || member !== way.member,
  )
  const expected = way.key === undefined ? [401] : [200, 202]
  const answered = seen.filter(({ status }) => expected.includes(status))
  if (wrong.length === 0 && answered.length > 0) {
    const what =
      way.key === undefined ? 'asks for a sign-in' : listed ? 'connected, tools listed' : 'connected'
    console.log(`${label}: ${what}; ${answered.length} of ${seen.length} calls as expected`)
    return
  }
  failures++
  const sent = wrong.map(({ authorization, member, status }) =>
    JSON.stringify({ authorization, member, status }),
  )
  console.log(`${label}: FAILED; ${seen.length} calls; wrong: ${sent.join(', ') || 'none'}\n${output}`)
}
