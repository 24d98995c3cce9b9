import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createControlPlane } from 'allv-mcp'
import { ERRORS } from '../../lib/foundation/errors/catalogue.js'
import { createWorld } from '../support/world.js'

/** Every snippet of the README runs here. */

const readme = readFileSync('README.md', 'utf8')
const blocks = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language = '', text = '']) => ({
  language,
  text,
}))
const FOLDER = '.build/readme'

beforeAll(() => {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  const files = blocks
    .filter(({ language }) => language === 'ts')
    .map(({ text }, i) => [`snippet${i}.ts`, text] as const)
  for (const [name, text] of files) writeFileSync(join(FOLDER, name), text)
  const compilerOptions = { noEmit: false, rootDir: '.', outDir: '.', types: ['node'], paths: {} }
  const include: string[] = []
  writeFileSync(
    join(FOLDER, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../tsconfig.json',
      compilerOptions,
      include,
      files: files.map(([name]) => name),
    }),
  )
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', FOLDER], { stdio: 'inherit' })
})

it('compiles and runs its TypeScript: mount, connect, both faces, PostgreSQL, Redis, your own event bus and in front of an app', () => {
  const story = `
    process.env['PORT'] = '0'
    const { server } = await import('./snippet0.js')
    const { listTools } = await import('./snippet1.js')
    const { twoFaces } = await import('./snippet2.js')
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
    const endpoint = \`http://127.0.0.1:\${server.address().port}/api/workspaces/ws_acme/mcp\`
    const tools = await listTools(endpoint, 'sk_test_only')
    const { createInMemoryAdapters } = await import('allv-mcp/testing')
    const members = [{ id: 'mem_ada', workspaceId: 'ws_acme', email: 'ada@acme.test', active: true }]
    const faces = await twoFaces({ adapters: createInMemoryAdapters({ members }) }).catch((error) => ({ code: error.code }))
    const { durable } = await import('./snippet3.js')
    const { PGlite } = await import('@electric-sql/pglite')
    const pool = new PGlite()
    const store = await durable(pool, 'a secret that only this story has')
    const stored = { key: store.key.slice(0, 8), pruned: await store.nightly() }
    await store.close()
    await pool.close()
    const { overRedis } = await import('./snippet4.js')
    const { Redis } = await import('ioredis')
    const shared = Object.keys(overRedis(new Redis({ lazyConnect: true })))
    const { overYourBus, recordDecision } = await import('./snippet5.js')
    const bus = []
    const own = overYourBus(async (text) => bus.forEach((hear) => hear(text)), (hear) => bus.push(hear))
    const heard = []
    own.subscribe(({ type }) => heard.push(type))
    const approval = { id: 'apr_1', workspaceId: 'ws', memberId: 'm', state: 'approved', decidedBy: 'operator', channel: null, decidedAt: null }
    await recordDecision(approval, { append: async ([{ type }]) => void heard.push(type) }, own)
    const { inFrontOf } = await import('./snippet6.js')
    const { createAllvMcpRouter } = await import('allv-mcp')
    const { default: express } = await import('express')
    const app = express().get('/hello', (req, res) => res.json({ path: req.path }))
    const router = createAllvMcpRouter({ adapters: createInMemoryAdapters({ members }), secret: 'a secret that only this story has' })
    const front = inFrontOf(app, router).listen(0)
    await new Promise((resolve) => front.once('listening', resolve))
    const at = (path, init) => fetch(\`http://127.0.0.1:\${front.address().port}\${path}\`, init)
    const strangers = (await at('/workspaces/ws_acme/mcp', { method: 'POST' })).status
    const passedOn = [strangers, await (await at('/hello')).json(), (await at('/nowhere')).status]
    console.log(JSON.stringify({ tools, faces, stored, shared, heard, passedOn }))
    for (const one of [server, front]) {
      one.close()
      one.closeAllConnections()
    }
  `
  writeFileSync(join(FOLDER, 'story.js'), story)
  const output = execFileSync(process.execPath, [join(FOLDER, 'story.js')], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  expect(JSON.parse(output)).toEqual({
    tools: ['deals_create', 'agent_read_memory', 'agent_get_approval'],
    faces: { code: 'TOOL_NOT_FOUND' },
    stored: { key: 'sk_live_', pruned: { runs: 0, approvals: 0, audit: 0, memoryHistory: 0 } },
    shared: ['events', 'rateLimit'],
    heard: ['approval.decided', 'approval_changed'],
    passedOn: [401, { path: '/hello' }, 404],
  })
})

it('shows a mount example that fits on a screen, and client configurations that parse', () => {
  const [mount] = blocks.filter(({ language }) => language === 'ts')
  expect(mount?.text.trim().split('\n').length).toBeLessThanOrEqual(30)
  const configurations = blocks
    .filter(({ language }) => language === 'json')
    .map(({ text }) => JSON.parse(text))
  expect(configurations.map((value) => Object.keys(value))).toEqual([['mcpServers'], ['inputs', 'servers']])
})

it('names existing commands', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const commands = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => [...text.matchAll(/npm (?:run )?([a-z:]+)/g)].map(([, name = '']) => name))
  expect(
    commands.filter(
      (name) => !['ci', 'install', 'start', 'test'].includes(name) && scripts[name] === undefined,
    ),
  ).toEqual([])
  expect(scripts.start && scripts.test).toBeTruthy()
})

it('documents every error code, every option and every adapter', () => {
  expect(Object.keys(ERRORS).filter((code) => !readme.includes(`\`${code}\``))).toEqual([])
  const source = readFileSync('lib/control-plane/runtime/options.ts', 'utf8')
  const known = /const KNOWN = \{([\s\S]*?)\}/.exec(source)?.[1] ?? ''
  const options = [...known.matchAll(/(\w+): true/g)].map(([, name = '']) => name)
  expect(options.length).toBeGreaterThan(15)
  expect(options.filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
  // The error of an adapter that there is not names all that there are.
  let sentence = ''
  try {
    createControlPlane({ adapters: { nothing: {} } as never })
  } catch (error) {
    sentence = String(error)
  }
  const adapters = /the adapters are (.*)$/.exec(sentence)?.[1]?.split(', ') ?? []
  expect(adapters).toEqual(
    expect.arrayContaining([...Object.keys(createWorld().adapters), 'policy', 'events']),
  )
  expect(adapters.filter((name) => !readme.includes(`| \`${name}\` |`))).toEqual([])
})
