import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** The packed tarball in projects of others: ESM, CJS, and TypeScript with either version of Express' types. */

const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-consumers-'))
let tarball: string

const run = (command: string, args: readonly string[], cwd: string) =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', CI: 'true' },
  })

function project(name: string, packages: readonly string[], files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(folder, name))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
  run(
    'npm',
    ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', tarball, ...packages],
    path,
  )
  return path
}

beforeAll(() => {
  const [packed] = JSON.parse(
    run(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, '--loglevel=error'],
      resolve('.'),
    ),
  )
  tarball = join(folder, packed.filename)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const STORY = `
async function main() {
  const adapters = createInMemoryAdapters({
    apiKeys: [{ id: 'k', workspaceId: 'ws', name: 'k', scopes: ['*'], members: ['m'], createdAt: new Date(), expiresAt: null, revokedAt: null, digest: digestApiKey('sk_test') }],
    members: [{ id: 'm', workspaceId: 'ws', email: 'm@ws.test', active: true }],
  })
  const app = express()
  app.use('/api', createAllvMcpRouter({ adapters }))
  const server = app.listen(0)
  await new Promise((resolve) => server.once('listening', resolve))
  const response = await fetch('http://127.0.0.1:' + server.address().port + '/api/workspaces/ws/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'sk_test' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  })
  const { result } = await response.json()
  console.log(result.tools.map(({ name }) => name).join())
  server.close()
  server.closeAllConnections()
}
main()
`
const TOOLS = 'agent_update_memory,agent_read_memory,agent_get_approval\n'

it('works in an empty ESM project', () => {
  const imports = `import express from 'express'\nimport { createAllvMcpRouter, digestApiKey } from 'allv-mcp'\nimport { createInMemoryAdapters } from 'allv-mcp/testing'\n`
  const path = project('esm-', ['express'], {
    'package.json': '{"type":"module","private":true}',
    'main.js': imports + STORY,
  })
  expect(run(process.execPath, ['main.js'], path)).toBe(TOOLS)
})

it('opens its stores in a project that has PGlite, and neither pg nor Redis', () => {
  const path = project('stores-', ['@electric-sql/pglite'], {
    'package.json': '{"type":"module","private":true}',
    'main.js': `
      import { PGlite } from '@electric-sql/pglite'
      import { createPostgresAdapters, migrate } from 'allv-mcp/postgres'
      import { createRedisEvents } from 'allv-mcp/redis'
      import { readBusEvent } from 'allv-mcp/adapter-kit'
      const pool = new PGlite()
      await migrate({ pool })
      if (readBusEvent('{}') !== null) throw new Error('no event')
      const { memory } = createPostgresAdapters({ pool })
      await memory.put('ws', { key: 'tone', text: 'formal' })
      console.log((await memory.history({ workspaceId: 'ws', key: 'tone' }))[0].text, typeof createRedisEvents)
      await pool.close()
    `,
  })
  expect(run(process.execPath, ['main.js'], path)).toBe('formal function\n')
})

it('works in an empty CJS project', () => {
  const requires = `const express = require('express')\nconst { createAllvMcpRouter, digestApiKey } = require('allv-mcp')\nconst { createInMemoryAdapters } = require('allv-mcp/testing')\n`
  const path = project('cjs-', ['express'], {
    'package.json': '{"private":true}',
    'main.js': requires + STORY,
  })
  expect(run(process.execPath, ['--no-warnings', 'main.js'], path)).toBe(TOOLS)
})

it.each([
  ['nodenext', '5'],
  ['bundler', '5'],
  ['nodenext', '4'],
])(
  'type-checks strictly, libraries too, under %s with the types of Express %s',
  (resolution, express) => {
    const main = `
    import express from 'express'
    import { type AuditEvent, type BusEvent, createAllvMcpRouter, createInProcessEvents, createToolProvider, defineTool, type HostEvent, type ToolDefinition } from 'allv-mcp'
    import { type AnyPostgres, createPostgresAdapters } from 'allv-mcp/postgres'
    import { createRedisEvents } from 'allv-mcp/redis'
    import { createListenerSet, decisionEvent } from 'allv-mcp/adapter-kit'
    import { createInMemoryAdapters } from 'allv-mcp/testing'
    import { z } from 'zod'
    declare const pool: AnyPostgres
    export const events: typeof createRedisEvents = createRedisEvents
    export const event: (...of: Parameters<typeof decisionEvent>) => AuditEvent = decisionEvent
    export const listeners = createListenerSet<[BusEvent]>(() => {})
    export const told: HostEvent = { type: 'tools_changed', workspaceId: 'ws', memberId: null }
    void createInProcessEvents().publish(told)
    // @ts-expect-error only the library says so
    void createInProcessEvents().publish({ type: 'run_cancelled', workspaceId: 'ws', memberId: 'm', runId: 'run_1' })
    const tools = createToolProvider([
      defineTool({ name: 'a', description: 'x', input: z.object({ n: z.number() }), output: z.object({ n: z.number() }), run: ({ n }) => ({ n: n + 1 }) }),
      defineTool({ name: 'b', description: 'x', input: { type: 'object' }, run: (args) => Object.keys(args).join() }),
      // @ts-expect-error the output says a number
      defineTool({ name: 'c', description: 'x', input: z.object({}), output: z.object({ n: z.number() }), run: () => ({ n: 'one' }) }),
    ])
    const stores = createPostgresAdapters({ pool })
    createAllvMcpRouter({ adapters: { ...stores, tools } })
    createAllvMcpRouter({ adapters: { apiKeys: stores.apiKeys, members: stores.members, tools } })
    // @ts-expect-error the rule is adapters.policy
    createPostgresAdapters({ pool, evaluate: tools.evaluate })
    // @ts-expect-error the rule is adapters.policy
    createAllvMcpRouter({ adapters: { ...stores, tools, approvals: { ...stores.approvals, evaluate: tools.evaluate } } })
    const router = createAllvMcpRouter({ adapters: createInMemoryAdapters({ tools }) })
    express().use('/api', router).use(router)
    export const closed: Promise<void> = router.close()
    export const definition: ToolDefinition = { name: 'x', description: 'x', inputSchema: { type: 'object' } }
    // @ts-expect-error there is no such option
    createAllvMcpRouter({ adapters: createInMemoryAdapters(), timeout: 1 })
  `
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext'
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      target: 'es2022',
      lib: ['es2023', 'dom'],
      module,
      moduleResolution: resolution,
      types: ['node'],
    }
    const path = project(
      'types-',
      [`express@${express}`, `@types/express@${express}`, '@types/node@20', 'typescript', 'zod'],
      {
        'package.json': '{"type":"module","private":true}',
        'main.ts': main,
        // Must be reported: a compiler that did not run would find nothing either.
        'wrong.ts': `import { createAllvMcpRouter } from 'allv-mcp'\nexport const wrong: string = createAllvMcpRouter\n`,
        'tsconfig.json': JSON.stringify({ compilerOptions, include: ['main.ts', 'wrong.ts'] }),
      },
    )
    let output = ''
    try {
      run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], path)
    } catch (error) {
      output = String((error as { stdout?: string }).stdout)
    }
    expect(output).toMatch(/^wrong\.ts\(2,/m)
    // Faults inside of other packages are theirs; none may be in ours or in the consumer.
    expect(output.split('\n').filter((line) => /^(main\.ts|node_modules\/allv-mcp)/.test(line))).toEqual([])
  },
  180_000,
)

it('contains the expected files, and nothing else', () => {
  const path = mkdtempSync(join(folder, 'unpacked-'))
  run('tar', ['-xzf', tarball, '-C', path], path)
  const root = join(path, 'package')
  expect(readdirSync(root).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist',
    'examples',
    'lib',
    'package.json',
  ])
  const files = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.\w+$/.test(name),
  )
  expect(files.filter((name) => !/\.(js|d\.ts)(\.map)?$/.test(name))).toEqual([])
  expect(files).toContain('index.d.ts')
})
