import { resolve } from 'node:path'
import { ENTRY_OF } from '../../build/entries.mjs'
import { run } from './projects/packed.js'
import { projectIn } from './projects/shared-project.js'
import { cjsStory, esmStory, TOOLS } from './projects/story.js'

/** The packed package in projects of others: ES modules, CommonJS, jest in CommonJS, and a host without pg and Redis. */

const node = async (path: string, ...args: readonly string[]) =>
  (await run(process.execPath, args, path)).stdout

it.each(['express', 'node'] as const)('serves in a project of ES modules, on %s', async (on) => {
  const path = await projectIn(`esm-${on}`, { 'main.mjs': esmStory(on) })
  expect(await node(path, 'main.mjs')).toBe(TOOLS)
})

it.each([
  ['express', 'express'],
  ['express', 'express4'],
  ['node', ''],
] as const)('serves in a CommonJS project, on %s %s', async (on, express) => {
  const path = await projectIn(`cjs-${on}${express}`, { 'main.cjs': cjsStory(on, express) })
  // Node.js must not need its support for requiring ES modules.
  expect(await node(path, '--no-experimental-require-module', 'main.cjs')).toBe(TOOLS)
})

it('serves in a test of jest that runs CommonJS', async () => {
  const path = await projectIn('jest', {
    'jest.config.json': JSON.stringify({ testEnvironment: 'node', transform: {}, rootDir: '.' }),
    'story.cjs': cjsStory('node'),
    'story.test.cjs': `const { main } = require('./story.cjs')
      it('serves', async () => {
        const log = jest.spyOn(console, 'log').mockImplementation(() => {})
        await main()
        expect(log.mock.calls).toEqual([[${JSON.stringify(TOOLS.trim())}]])
      })`,
  })
  const config = ['--config', 'jest.config.json', '--testMatch', '**/*.test.cjs', '--runInBand']
  const { stderr } = await run(process.execPath, [resolve('node_modules/jest/bin/jest.js'), ...config], path)
  expect(stderr).toMatch(/Tests: +1 passed, 1 total/)
})

it('has the same names in both formats of each entry', async () => {
  const names = Object.keys(ENTRY_OF)
  const path = await projectIn('names', {
    'main.mjs': `import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      const found = {}
      for (const name of ${JSON.stringify(names)}) found[name] = [Object.keys(await import(name)).sort(), Object.keys(require(name)).sort()]
      console.log(JSON.stringify(found))`,
  })
  const found: Record<string, [string[], string[]]> = JSON.parse(
    await node(path, '--no-experimental-require-module', 'main.mjs'),
  )
  expect(Object.keys(found)).toEqual(names)
  for (const [name, [imported, required]] of Object.entries(found)) {
    expect([name, required]).toEqual([name, imported])
    expect([name, imported.length > 0]).toEqual([name, true])
  }
})

it('opens its stores in a project that has PGlite, and neither pg nor Redis', async () => {
  const path = await projectIn('stores', {
    'main.mjs': `
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
  expect(await node(path, 'main.mjs')).toBe('formal function\n')
})

it('runs its program', async () => {
  const path = await projectIn('program', {})
  const { version } = JSON.parse(
    await node(path, '-p', `JSON.stringify(require('allv-mcp/package.json'))`),
  ) as { version: string }
  expect(await node(path, '../node_modules/.bin/allv-mcp', '--version')).toBe(`${version}\n`)
})
