import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isWellFormedApiKey } from 'allv-mcp'
import { runCli } from '../support/terminal.js'

/** `allv-mcp init`, and the files that it writes. That the app works is tested from the package. */

const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-init-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fresh = () => mkdtempSync(join(folder, 'app-'))
const filesOf = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort()
const environmentOf = (path: string) =>
  new Map(
    readFileSync(join(path, '.env'), 'utf8')
      .split('\n')
      .filter((line) => /^\w+=/.test(line))
      .map((line) => line.split('=') as [string, string]),
  )

const FILES = [
  '.env',
  '.gitignore',
  'README.md',
  'package.json',
  'src/app.ts',
  'src/approvals.ts',
  'src/database.ts',
  'src/main.ts',
  'src/orders.ts',
  'src/settings.ts',
  'src/tools.ts',
  'tsconfig.json',
]

it('writes an app into a new folder, and says what to do next in three lines', async () => {
  const { code, out, err } = await runCli(['init', 'My App'], { cwd: folder })
  expect([code, err]).toEqual([0, ''])
  expect(out).toBe(
    `Made my-app: an Express app with two tools, an approvals page and a database. Next:
  cd 'My App' && npm install
  npm run dev
  README.md has your first call, and your first approval
`,
  )
  const path = join(folder, 'My App')
  expect(filesOf(path)).toEqual(FILES)
  expect(readFileSync(join(path, '.gitignore'), 'utf8').split('\n')).toEqual(
    expect.arrayContaining(['.env', '.data/', 'node_modules/', 'dist/']),
  )
  expect(readFileSync(join(path, 'README.md'), 'utf8')).toMatch(/^# my-app\n/)
})

it('writes into the current folder, also when it has a new git repository', async () => {
  const cwd = fresh()
  mkdirSync(join(cwd, '.git'))
  const { code, out } = await runCli(['init', '--name', 'orders-app', '--json'], { cwd })
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({
    folder: cwd,
    name: 'orders-app',
    files: FILES,
    next: ['npm install', 'npm run dev', expect.any(String)],
  })
  expect(JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'))).toMatchObject({ name: 'orders-app' })
})

it('makes secrets of its own each time, readable by this user only, and prints none', async () => {
  const seen = new Set<string>()
  for (const extra of [[], ['--json']]) {
    const cwd = fresh()
    const { out, err } = await runCli(['init', ...extra], { cwd })
    const environment = environmentOf(cwd)
    expect(isWellFormedApiKey(environment.get('ALLV_API_KEY') ?? '')).toBe(true)
    expect(environment.get('ALLV_MCP_SECRET')).toMatch(/^[\w-]{43}$/)
    expect(environment.get('OPERATOR_PASSWORD')).toMatch(/^[\w-]{16}$/)
    expect(statSync(join(cwd, '.env')).mode & 0o777).toBe(0o600)
    for (const name of ['ALLV_API_KEY', 'ALLV_MCP_SECRET', 'OPERATOR_PASSWORD']) {
      const secret = environment.get(name) ?? ''
      expect(out + err).not.toContain(secret)
      for (const file of FILES.filter((one) => one !== '.env'))
        expect(readFileSync(join(cwd, file), 'utf8')).not.toContain(secret)
      seen.add(secret)
    }
  }
  expect(seen.size).toBe(6)
})

it('refuses a folder that is not empty, and a file, and writes nothing', async () => {
  const cwd = fresh()
  writeFileSync(join(cwd, 'index.html'), 'mine')
  const full = await runCli(['init'], { cwd })
  expect([full.code, full.out]).toEqual([2, ''])
  expect(full.err).toMatch(/the folder is not empty \(it has index\.html\); name one that is empty or new/)
  const file = await runCli(['init', 'index.html'], { cwd })
  expect([file.code, file.out]).toEqual([2, ''])
  expect(file.err).toMatch(/FOLDER is a file/)
  expect(filesOf(cwd)).toEqual(['index.html'])
})

it.each([
  ['', /--name must be a name for npm/],
  ['My App', /--name must be a name for npm/],
  ['../up', /--name must be a name for npm/],
  ['a'.repeat(101), /--name must be a name for npm/],
  ['express', /--name must not be that of a package which the app needs: express/],
  ['allv-mcp', /--name must not be that of a package which the app needs: allv-mcp/],
])('refuses the name %j', async (name, message) => {
  const cwd = fresh()
  const { code, out, err } = await runCli(['init', `--name=${name}`], { cwd })
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(message)
  expect(filesOf(cwd)).toEqual([])
})

it.each([
  ['Express', 'my-app'],
  ['_', 'my-app'],
  ['日本', 'my-app'],
  ['.Hidden App!', 'hidden-app'],
])('names the app in the folder %j %s', async (name, expected) => {
  const cwd = fresh()
  const { out } = await runCli(['init', `./${name}`, '--json'], { cwd })
  expect(JSON.parse(out)).toMatchObject({ name: expected })
})

it('asks for the versions that this repository is tested with', () => {
  const read = (path: string) =>
    JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, string>>
  const starter = read('examples/starter/_package.json')
  const own = read('package.json')
  const versions = Object.entries({ ...starter['dependencies'], ...starter['devDependencies'] })
  expect(versions.length).toBeGreaterThan(6)
  const tested = versions.filter(([name]) => name !== 'allv-mcp' && name !== 'tsx')
  expect(tested).toEqual(tested.map(([name]) => [name, own['devDependencies']?.[name]]))
  expect(starter['engines']).toEqual(own['engines'])
})
