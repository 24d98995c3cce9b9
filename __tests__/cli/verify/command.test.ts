import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Run, runVerify } from './process.js'

/** The command line of verify: what it writes, and how it ends. */

const SMALL = '__tests__/cli/verify/modules/small.mjs'
const folder = mkdtempSync(join(tmpdir(), 'allv-verify-'))

function moduleOf(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const small = (args: readonly string[] = [], env: Record<string, string> = {}): Promise<Run> =>
  runVerify([SMALL, '--only', 'features', ...args], env)

it('writes one mark for each case, and the counts as its last line', async () => {
  const { code, out } = await small()
  expect(out).toBe(
    'features contract\n  ✓ answers for each flag and workspace separately\n  ✓ answers as it is now\n\nverify: 2 passed, 0 failed, 0 skipped\n',
  )
  expect(code).toBe(0)
})

it('ends with 1 if a case fails, and says what is wrong and what to do', async () => {
  const { code, out } = await small([], { BROKEN: '1' })
  expect(out).toContain('  ✗ answers as it is now\n      what: ')
  expect(out).toContain('      cure: read the flag of this workspace from the current data\n')
  expect(out).toMatch(/\nverify: 0 passed, 2 failed, 0 skipped\n$/)
  expect(code).toBe(1)
})

it('counts as skipped what the module does not give, with the reason', async () => {
  const { code, out } = await runVerify([SMALL])
  expect(out).toContain('  - lists the same tools in the same order (skipped: no adapters.tools)\n')
  expect(out).toContain(
    '  - refuses a revoked key with the next request (skipped: the module gives no host)\n',
  )
  expect(out).toMatch(/\nverify: 2 passed, 0 failed, 1\d\d skipped\n$/)
  expect(code).toBe(0)
})

it('names the cases and runs none with --list', async () => {
  const { code, out } = await small(['--list'], { BROKEN: '1' })
  expect(out.split('\n')).toEqual([
    'features contract: answers for each flag and workspace separately',
    'features contract: answers as it is now',
    '',
  ])
  expect(code).toBe(0)
})

it('writes nothing but one JSON document with --json', async () => {
  const { code, out } = await small(['--json'], { BROKEN: '1' })
  const report = JSON.parse(out)
  expect(report).toMatchObject({ passed: 0, failed: 2, skipped: 0 })
  expect(report.results[1]).toEqual({
    group: 'features contract',
    title: 'answers as it is now',
    status: 'failed',
    ms: expect.any(Number),
    message: expect.stringContaining('Expected values to be strictly equal'),
    cure: 'read the flag of this workspace from the current data',
  })
  expect(code).toBe(1)
})

it('writes JUnit XML and annotations for a CI', async () => {
  const file = join(folder, 'report.xml')
  const { out } = await small(['--junit', file, '--github'], { BROKEN: '1' })
  const xml = readFileSync(file, 'utf8')
  expect(xml).toContain('<testsuite name="allv-mcp verify" tests="2" failures="2" skipped="0">')
  expect(xml).toContain('<testcase classname="features contract" name="answers as it is now"')
  expect(xml.match(/<failure message="[^"<]*">cure: /g)).toHaveLength(2)
  expect(out.match(/^::error title=allv-mcp verify%2C features contract::.*%0Acure: .*$/gm)).toHaveLength(2)
})

it('runs a module in CommonJS', async () => {
  const { code, out } = await runVerify([
    '__tests__/cli/verify/modules/common.cjs',
    '--only',
    'events contract',
  ])
  expect([code, out.split('\n').at(-2)]).toEqual([0, 'verify: 3 passed, 0 failed, 0 skipped'])
})

it('ends a case that takes longer than --timeout, and goes on', async () => {
  const slow = moduleOf(
    'slow.mjs',
    `export default { adapters: { features: { create: () => new Promise((resolve) => setTimeout(resolve, 60_000)) } } }`,
  )
  const { code, out } = await runVerify([slow, '--only', 'features', '--timeout', '1'])
  expect(out.match(/what: it did not end within 1 s/g)).toHaveLength(2)
  expect(code).toBe(1)
})

it('ends with 3 if a server that the module needs does not answer', async () => {
  const lost = moduleOf(
    'lost.mjs',
    `export default { adapters: { features: { create: async () => { throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }) } } } }`,
  )
  const { code, err } = await runVerify([lost, '--only', 'features'])
  expect([code, err]).toEqual([3, 'features contract: connect ECONNREFUSED 127.0.0.1:1\n'])
})

it('ends with 3 also if it does not answer when the module is loaded', async () => {
  const lost = moduleOf(
    'lost-early.mjs',
    `import pg from '${import.meta.resolve('pg')}'
     import { migrate } from 'allv-mcp/postgres'
     await migrate({ pool: new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' }) })`.replace(
      'allv-mcp/postgres',
      pathToFileURL('dist/postgres/index.js').href,
    ),
  )
  const { code, err } = await runVerify([lost])
  expect([code, err]).toEqual([3, expect.stringContaining('ECONNREFUSED 127.0.0.1:1')])
})

const mistakes: readonly (readonly [string, readonly string[], string])[] = [
  ['no module', [], 'MODULE is missing'],
  ['a module that does not exist', ['nowhere.mjs'], 'nowhere.mjs could not be loaded: '],
  ['an unknown option', [SMALL, '--olny', 'x'], "Unknown option '--olny'"],
  ['a second module', [SMALL, SMALL], 'unexpected argument'],
  ['a timeout of 0', [SMALL, '--timeout', '0'], '--timeout must be a whole number from 1 to 3600'],
  [
    'a choice of nothing',
    [SMALL, '--only', 'nonsense'],
    '--only nonsense names no case; --list names them all',
  ],
  [
    'a module without a default export',
    [moduleOf('none.mjs', 'export const verification = {}')],
    'has no default export: write export default defineVerification({ … })',
  ],
  [
    'a default export that is no object',
    [moduleOf('list.mjs', 'export default []')],
    'does not export a verification',
  ],
  [
    'an adapter that does not exist',
    [moduleOf('typo.mjs', 'export default { adapters: { apikeys: {} } }')],
    'adapters has no "apikeys"; write one of apiKeys, members, ',
  ],
  [
    'a part that the contract does not have',
    [
      moduleOf(
        'lacks.mjs',
        `export default { adapters: { runs: { create: async () => ({}), lacks: ['wait'] } } }`,
      ),
    ],
    'the runs contract has no optional part "wait"; its optional parts are extend',
  ],
]

it.each(mistakes)('ends with 2 for %s', async (_, args, sentence) => {
  const { code, out, err } = await runVerify(args)
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(sentence)
})

const FLAGS = `features: { create: async () => ({ adapter: { isEnabled: async () => { throw new Error('\\u001b[31mred') } }, set: async () => {} }) }`

it('writes its report also if the module does not close, and ends with 1', async () => {
  const file = moduleOf(
    'not-closed.mjs',
    `export default { async close() { throw new Error('the pool \\u001b[31m is gone') } }`,
  )
  const junit = join(folder, 'not-closed.xml')
  const { code, out, err } = await runVerify([file, '--only', 'features', '--json', '--junit', junit])
  expect(JSON.parse(out)).toMatchObject({ passed: 0, failed: 0, skipped: 2 })
  expect(readFileSync(junit, 'utf8')).toContain('</testsuite>')
  expect([code, err]).toEqual([1, 'close of the module failed: the pool \\u001b[31m is gone\n'])
})

it('writes its JSON also if the file of --junit cannot be written', async () => {
  const { code, out, err } = await small(['--json', '--junit', join(folder, 'absent', 'x.xml')])
  expect(JSON.parse(out)).toMatchObject({ passed: 2 })
  expect([code, err]).toEqual([1, expect.stringContaining('ENOENT')])
})

it('lets no text of a store steer the terminal', async () => {
  const { code, out } = await runVerify([
    moduleOf('red.mjs', `export default { adapters: { ${FLAGS} } }`),
    '--only',
    'features',
  ])
  expect([code, out]).toEqual([1, expect.stringContaining('what: \\u001b[31mred')])
  expect(out).not.toContain('\u001b')
})

it.each([
  ['ends the process', 'process.exit(0)'],
  ['waits for what never comes', 'await new Promise(() => {})'],
])('is no success if the module %s', async (_, text) => {
  const { code, err } = await runVerify([moduleOf('ends.mjs', text)])
  expect([code, err]).toEqual([1, 'The process ended before the command did, so there is no result.\n'])
})
