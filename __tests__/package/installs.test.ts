import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Packed, pack, run } from './projects/packed.js'
import { cjsStory, esmStory, TOOLS } from './projects/story.js'

/** The line of the README installs what a first program needs, by each package manager, and no more than it has to. */

const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-installs-'))
let packed: Packed
beforeAll(async () => {
  packed = await pack(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What README installs besides the package. */
const [, besides = ''] = /^npm install allv-mcp (.+)$/m.exec(readFileSync('README.md', 'utf8')) ?? []
const FIRST = esmStory('express').replace(
  'async function main',
  `import { z } from 'zod'\nimport { defineTool } from 'allv-mcp'\ndefineTool({ name: 'a', description: 'x', input: z.object({ n: z.number() }), run: () => 'x' })\nasync function main`,
)

function project(name: string, settings: Readonly<Record<string, string>> = {}): string {
  const path = join(folder, name)
  mkdirSync(path)
  const files = {
    'package.json': '{"private":true}',
    'main.mjs': FIRST,
    'main.cjs': cjsStory('express'),
    ...settings,
  }
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
  return path
}

const registry = async () => (await run('npm', ['config', 'get', 'registry'], folder)).stdout.trim()
const npx = (tool: string, args: readonly string[], path: string, env = {}) =>
  run('npm', ['exec', '--yes', '--prefer-offline', `--package=${tool}`, '--', ...args], path, env)

it('installs and serves by npm, without a warning, and with few packages', async () => {
  const path = project('npm')
  const args = [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    packed.tarball,
    ...besides.split(' '),
  ]
  const { stderr } = await run('npm', args, path)
  // Among others: EBADENGINE, a peer dependency that does not fit, something deprecated.
  expect(stderr).toBe('')
  for (const main of ['main.mjs', 'main.cjs'])
    expect((await run(process.execPath, [main], path)).stdout).toBe(TOOLS)
  const lock = JSON.parse(readFileSync(join(path, 'node_modules/.package-lock.json'), 'utf8'))
  const installed: readonly { readonly engines?: { readonly node?: string } }[] = Object.values(lock.packages)
  expect(installed.length).toBeLessThanOrEqual(MOST_PACKAGES)
  const ranges = installed.map(({ engines }) => engines?.node ?? '*')
  expect(ranges).toContain('>=20.19')
  expect(ranges.filter((range) => !EVERY_SUPPORTED.test(range))).toEqual([])
})

it('installs and serves by pnpm, which lets a package import only what it depends on', async () => {
  const path = project('pnpm')
  await npx('pnpm@10', ['pnpm', 'add', '--prefer-offline', packed.tarball, ...besides.split(' ')], path)
  for (const main of ['main.mjs', 'main.cjs'])
    expect((await run(process.execPath, [main], path)).stdout).toBe(TOOLS)
})

it('installs and serves by yarn, which has no node_modules at all', async () => {
  const server = await registry()
  const path = project('yarn', {
    'yarn.lock': '',
    '.yarnrc.yml': `enableTelemetry: false\nenableGlobalCache: false\nnpmRegistryServer: ${server}\nunsafeHttpWhitelist: ["*"]\n`,
  })
  const yarn = (...args: readonly string[]) =>
    npx('@yarnpkg/cli-dist@4', ['yarn', ...args], path, { YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' })
  await yarn('add', `allv-mcp@file:${packed.tarball}`, ...besides.split(' '))
  for (const main of ['main.mjs', 'main.cjs']) expect((await yarn('node', main)).stdout).toContain(TOOLS)
})

it('installs by a yarn of the first line', async () => {
  const path = project('yarn-1')
  await npx(
    'yarn@1.22',
    ['yarn', 'add', '--prefer-offline', '--no-lockfile', packed.tarball, ...besides.split(' ')],
    path,
  )
  for (const main of ['main.mjs', 'main.cjs'])
    expect((await run(process.execPath, [main], path)).stdout).toBe(TOOLS)
})

/** Ranges of Node.js that hold all versions with long-term support from 20.19. */
const EVERY_SUPPORTED = /^(\*|>= ?(1?\d(\.\d+)*|20|20\.19)|20 \|\| >=22)$/

/** Packages that `npm install` of the README's line puts on disk: the dependencies of the SDK are most of them. */
const MOST_PACKAGES = 110
const MOST_PACKED_KB = 1300
const MOST_UNPACKED_KB = 5500

it('is no larger than it was meant to be', () => {
  expect(packed.size / 1000).toBeLessThanOrEqual(MOST_PACKED_KB)
  expect(packed.unpackedSize / 1000).toBeLessThanOrEqual(MOST_UNPACKED_KB)
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(Object.keys(dependencies)).toHaveLength(8)
})

it('contains the expected files, and nothing else', () => {
  const roots = new Set(packed.files.map((path) => path.split('/')[0]))
  expect([...roots].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist',
    'examples',
    'lib',
    'package.json',
  ])
  const built = packed.files.filter((path) => path.startsWith('dist/'))
  expect(built.filter((path) => !/\.(js|d\.ts)(\.map)?$/.test(path))).toEqual(['dist/cjs/package.json'])
})
