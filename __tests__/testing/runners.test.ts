import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { memoryContract, runsContract, toolsContract } from 'allv-mcp/testing'
import { memoryHarness, runsHarness, toolsHarness } from './harnesses.js'

/** What runners show of cases that an adapter cannot be asked: as skipped, with the reason. */

const FOLDER = '.build/runners'
const LIB = resolve('lib')
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

/** A suite as a host would write it, on an adapter that cannot change memory. */
const suite = (imports: string, from: string) => `${imports}
import { createInMemoryMemory, memoryContract } from '${from}'

memoryContract(
  { describe, it },
  async () => {
    const memory = createInMemoryMemory()
    const adapter = { list: memory.list, read: memory.read }
    return { adapter, put: async (workspaceId, key, text) => void memory.put(workspaceId, { key, text }) }
  },
  { lacks: ['update'] },
)
`
const env = { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --no-warnings', CI: 'true' }
const run = (args: readonly string[], cwd: string, options = env.NODE_OPTIONS) =>
  execFileSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, NODE_OPTIONS: options, NODE_TEST_CONTEXT: undefined },
  })

it('are shown by jest', () => {
  const folder = join(FOLDER, 'jest')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'memory.suite.ts'), suite('', join(LIB, 'testing/index.ts')))
  const config = {
    testEnvironment: 'node',
    rootDir: resolve('.'),
    roots: [resolve(folder)],
    testMatch: ['**/*.suite.ts'],
    extensionsToTreatAsEsm: ['.ts'],
    transform: {
      '^.+\\.ts$': [
        '@swc/jest',
        { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
      ],
    },
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  const report = JSON.parse(
    run(
      ['node_modules/jest/bin/jest.js', '--json', '--runInBand', '--config', join(folder, 'config.json')],
      '.',
    ),
  )
  expect([report.numPassedTests, report.numPendingTests, report.numFailedTests]).toEqual([7, 9, 0])
  const titles = report.testResults[0].assertionResults
    .filter(({ status }: { status: string }) => status === 'pending')
    .map(({ title }: { title: string }) => title)
  expect(titles).toContain('loses none of many appends at once (without update)')
})

it('are shown by node:test', () => {
  const folder = join(FOLDER, 'node')
  mkdirSync(folder, { recursive: true })
  // The package as it is built: node runs no TypeScript.
  const built = resolve('dist/testing/index.js')
  writeFileSync(join(folder, 'memory.test.mjs'), suite(`import { describe, it } from 'node:test'`, built))
  const shown = run(['--test', '--test-reporter=tap', join(folder, 'memory.test.mjs')], '.', '')
  expect(shown).toMatch(/^# pass 7$/m)
  expect(shown).toMatch(/^# skipped 9$/m)
  expect(shown).toMatch(/^# fail 0$/m)
  expect(shown).toMatch(/ok \d+ - loses none of many appends at once \(without update\) # SKIP/)
})

interface Shown {
  readonly ran: string[]
  readonly skipped: (readonly [string, string])[]
}

/** A runner that records what it gets. */
function recorder(): Shown & {
  runner: Parameters<typeof memoryContract>[0]
  bodies: (() => Promise<void>)[]
} {
  const shown = {
    ran: [] as string[],
    skipped: [] as [string, string][],
    bodies: [] as (() => Promise<void>)[],
  }
  const runner = {
    describe: (_: string, body: () => void) => body(),
    it: (title: string, body: () => Promise<void>) => {
      shown.ran.push(title)
      shown.bodies.push(body)
    },
    skip: (title: string, reason: string) => void shown.skipped.push([title, reason]),
  }
  return { ...shown, runner }
}

it('are reported to the skip of a runner, with the reason', () => {
  const { runner, ran, skipped } = recorder()
  toolsContract(runner, async () => toolsHarness(), { lacks: ['sample', 'hidden'] })
  expect(skipped).toEqual([
    ['runs one call and gives its result', 'without sample'],
    ['neither lists nor runs what a member may not use', 'without hidden'],
  ])
  expect(ran).toHaveLength(3)
})

it('say that nothing was tested if a runner cannot skip', async () => {
  const { runner, ran, bodies } = recorder()
  const { skip: _, ...plain } = runner
  runsContract(plain, async () => runsHarness(), { lacks: ['extend'] })
  const place = ran.indexOf('moves the lease of a running run, and of no other (not tested: without extend)')
  expect(place).toBeGreaterThan(0)
  await expect(bodies[place]?.()).resolves.toBeUndefined()
})

it('fail if an adapter lacks a part that is not named, and if it has a part that is named as lacking', async () => {
  const { adapter, put } = memoryHarness()
  const silent = recorder()
  memoryContract(silent.runner, async () => ({ put, adapter: { list: adapter.list, read: adapter.read } }))
  const place = silent.ran.indexOf('loses none of many appends at once')
  await expect(silent.bodies[place]?.()).rejects.toThrow(
    "there is no update: pass { lacks: ['update'] } to have this shown as skipped",
  )
  const wrong = recorder()
  memoryContract(wrong.runner, async () => memoryHarness(), { lacks: ['update'] })
  await expect(wrong.bodies[0]?.()).rejects.toThrow('lacks names "update", which is there')
})

it('refuse an unknown part', () => {
  const options = { lacks: ['updates' as 'update'] }
  expect(() => memoryContract(recorder().runner, async () => memoryHarness(), options)).toThrow(
    'the memory contract has no optional part "updates"; its optional parts are update',
  )
})
