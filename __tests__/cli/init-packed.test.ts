import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort, stopped } from '../support/processes.js'
import { until } from '../support/scene.js'

/** The app of `npx allv-mcp init`, from the packed package: its README's two calls, and the approval between. */

const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-starter-'))
const app = join(folder, 'app')
const tools = join(folder, 'tools')
const processes: ChildProcess[] = []

const clean = { ...process.env, NODE_OPTIONS: '', CI: 'true' }
const run = (command: string, args: readonly string[], cwd: string) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: clean })
const install = (cwd: string, ...packages: readonly string[]) =>
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...packages], cwd)

let origin: string
let environment: Readonly<Record<string, string>>

beforeAll(async () => {
  const packing = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, '--loglevel=error']
  const [packed] = JSON.parse(run('npm', packing, resolve('.')))
  const tarball = join(folder, packed.filename)
  mkdirSync(tools)
  writeFileSync(join(tools, 'package.json'), '{"private":true}')
  install(tools, '--omit=peer', tarball)
  run('npx', ['--no-install', 'allv-mcp', 'init', app, '--name', 'first-app'], tools)

  const manifest = join(app, 'package.json')
  const wanted = JSON.parse(readFileSync(manifest, 'utf8'))
  // The version that is packed here stands in for that of the registry.
  wanted.dependencies['allv-mcp'] = `file:${tarball}`
  writeFileSync(manifest, JSON.stringify(wanted))
  install(app)
  run('npm', ['run', 'build'], app)
  const port = await freePort()
  origin = `http://127.0.0.1:${port}`
  environment = Object.fromEntries(
    readFileSync(join(app, '.env'), 'utf8')
      .split('\n')
      .flatMap((line) =>
        [...line.matchAll(/^(\w+)=(.*)$/g)].map(([, name = '', value = '']) => [name, value]),
      ),
  )
  await start(port)
}, 400_000)

afterAll(async () => {
  await Promise.all(processes.map((child) => stopped(child)))
  rmSync(folder, { recursive: true, force: true })
})

function spawnApp(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, args, {
    cwd: app,
    env: { ...clean, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  processes.push(child)
  return child
}

async function start(port: number, args: readonly string[] = ['dist/main.js']): Promise<ChildProcess> {
  const child = spawnApp(args, { PORT: String(port) })
  await answeredAt(`${origin}/approvals`)
  return child
}

/** It asks for a password as soon as it listens. */
async function answeredAt(url: string): Promise<void> {
  await until(async () => (await fetch(url).catch(() => null))?.status === 401)
}

/** The calls that README prints, in its order. */
function readmeCalls(): readonly { readonly path: string; readonly body: string }[] {
  const readme = readFileSync(join(app, 'README.md'), 'utf8')
  return [...readme.matchAll(/curl -s http:\/\/127\.0\.0\.1:3000(\S+)[^']*-d '([^']+)'/g)].map(
    ([, path = '', body = '']) => ({ path, body }),
  )
}

async function send({ path, body }: { readonly path: string; readonly body: string }) {
  const response = await fetch(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': environment['ALLV_API_KEY'] ?? '' },
    body,
  })
  return (await response.json()) as { result: { structuredContent: unknown; isError?: boolean } }
}

const authorization = () =>
  `Basic ${Buffer.from(`operator:${environment['OPERATOR_PASSWORD']}`).toString('base64')}`

const page = async () =>
  (await fetch(`${origin}/approvals`, { headers: { authorization: authorization() } })).text()

const decide = (path: string, headers: Readonly<Record<string, string>>) =>
  fetch(origin + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: 'decision=approve',
  })

it('answers its first tool, and runs the second once a person has approved it', async () => {
  const [search, refund] = readmeCalls()
  if (search === undefined || refund === undefined) throw new Error('README has no calls')
  const order = { id: 'order_1', customer: 'Ada Lovelace', euros: 120 }
  const found = await send(search)
  expect(found.result.structuredContent).toEqual({ orders: [{ ...order, refunded: false }] })

  expect(await page()).toContain('Nothing waits.')
  const refunded = send(refund)
  await until(async () => (await page()).includes('orders.refund'))
  const shown = await page()
  expect(shown).toContain('mem_ada wants <b>orders.refund</b>')
  expect(shown).toContain('order_1')
  const path = /action="([^"]+)"/.exec(shown)?.[1] ?? ''

  const signedIn = { authorization: authorization() }
  expect((await decide(path, {})).status).toBe(401)
  for (const foreign of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.test' },
    { origin: 'null' },
  ])
    expect((await decide(path, { ...signedIn, ...foreign })).status).toBe(403)
  expect((await decide(`${path}x`, signedIn)).status).toBe(404)
  expect(await page()).toContain('orders.refund')
  expect((await decide(path, signedIn)).status).toBe(303)
  const { result } = await refunded
  expect(result).toMatchObject({ structuredContent: { order: { ...order, refunded: true } } })
  expect(result.isError ?? false).toBe(false)
  expect(await page()).toContain('Nothing waits.')
})

it('keeps its data, lets nobody else into its folder while it runs, and ends in order', async () => {
  const [child] = processes
  if (child === undefined) throw new Error('not started')
  const list = ['--no-install', 'allv-mcp', 'keys', 'list', '--workspace', 'ws_demo', '--json']
  expect(() => run('npx', [...list, '--pglite', '.data/pglite'], app)).toThrow(
    `process ${child.pid} uses this PGlite folder`,
  )
  expect(await stopped(child)).toBe(0)
  const keys = JSON.parse(run('npx', [...list, '--pglite', '.data/pglite'], app))
  expect(keys).toMatchObject([{ name: 'The key of .env', members: ['mem_ada'], state: 'active' }])

  await start(Number(new URL(origin).port))
  const [search] = readmeCalls()
  const found = await send(search ?? { path: '', body: '' })
  expect(found.result.structuredContent).toMatchObject({ orders: [{ refunded: true }] })
}, 300_000)

it('finishes the database that it is making when it is told to stop, and can open it again', async () => {
  const data = join(folder, 'interrupted')
  const run = async () => {
    const child = spawnApp(['dist/main.js'], { PORT: String(await freePort()), DATA_FOLDER: data })
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    expect(await stopped(child)).toBe(0)
    expect(existsSync(`${data}.lock`)).toBe(false)
  }
  await run()
  await run()
}, 300_000)

it('runs from its sources, as npm run dev does', async () => {
  await Promise.all(processes.map((child) => stopped(child)))
  const { scripts } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'))
  const [program, ...words] = String(scripts.dev).split(' ')
  expect(program).toBe('tsx')
  const child = await start(Number(new URL(origin).port), ['node_modules/tsx/dist/cli.mjs', ...words])
  const [search] = readmeCalls()
  const found = await send(search ?? { path: '', body: '' })
  expect(found.result.structuredContent).toMatchObject({ orders: [{ id: 'order_1' }] })
  await stopped(child)
  await until(() => !existsSync(join(app, '.data/pglite.lock')))
}, 300_000)

it.each([
  [[], 'pg'],
  [['--pglite', 'new'], '@electric-sql/pglite'],
])('says which driver to install where there is none: %j', (options, name) => {
  let failed: { status?: number; stdout?: string; stderr?: string } = {}
  try {
    execFileSync('npx', ['--no-install', 'allv-mcp', 'migrate', ...options], {
      cwd: tools,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...clean, DATABASE_URL: 'postgres://ann:hunter2@127.0.0.1:1/app' },
    })
  } catch (error) {
    failed = error as typeof failed
  }
  expect([failed.status, failed.stdout]).toEqual([2, ''])
  expect(failed.stderr).toContain(`${name} is not installed; run npm install ${name}\n`)
  expect(failed.stderr).not.toContain('hunter2')
})

it('finds a driver in the project that it is called in, when it was fetched by itself', () => {
  const program = join(tools, 'node_modules', 'allv-mcp', 'dist', 'cli', 'main.js')
  const out = run(process.execPath, [program, 'migrate', '--pglite', join(folder, 'other')], app)
  expect(out).toMatch(/^Applied migrations 1, /)
})
