import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as door from 'allv-mcp'
import * as kitDoor from 'allv-mcp/adapter-kit'
import * as clientsDoor from 'allv-mcp/clients'
import * as postgresDoor from 'allv-mcp/postgres'
import * as redisDoor from 'allv-mcp/redis'
import * as testingDoor from 'allv-mcp/testing'
import { ERRORS } from '../../lib/foundation/errors/catalogue.js'
import { nodesOf, readSources } from './sources.js'

const sources = readSources()

it('lets no core file import tools, testing or stores, and none of these import another', () => {
  const rooms = /^(tools|testing|postgres|redis|clients)\//
  const inside = sources
    // The program is above all of them.
    .filter(({ path }) => path !== 'index.ts' && !path.startsWith('cli/'))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => rooms.test(target) && rooms.exec(target)?.[0] !== rooms.exec(path)?.[0])
        .map(({ target }) => `${path} -> ${target}`),
    )
  expect(inside).toEqual([])
})

/** Which files may import which package. Types count too. */
const KEYS: readonly (readonly [RegExp, RegExp])[] = [
  [/^@modelcontextprotocol\//, /^mcp\//],
  // Loaded with the first access token only: it has no CommonJS form.
  [/^jose$/, /^oauth\//],
  [/^node:crypto$/, /^foundation\/crypto\//],
  [/^ajv/, /^foundation\/json-schema\/(schema-(validator|problems)|linear-keywords)\.ts$/],
  // File by file: its index loads every store, and cannot be part of an ESM bundle.
  [
    /^rate-limiter-flexible\/lib\/RateLimiter(Memory|Postgres|Redis)\.js$/,
    /^(control-plane\/runtime\/runtime|(postgres|redis)\/rate-limiter)\.ts$/,
  ],
  [/^rate-limiter-flexible$/, /^rate-limiter-flexible\.d\.ts$/],
  [/^safe-stable-stringify$/, /^foundation\/crypto\/digest\.ts$/],
  [
    /^lru-cache$/,
    /^(foundation\/(crypto\/sealed-token|json-schema\/schema-validator)|oauth\/(token-verifier|options\/scope-table|tokens\/dpop)|control-plane\/(runtime\/runtime|access\/tool-catalogue)|mcp\/methods\/listed-schemas|tools\/tool-provider)\.ts$/,
  ],
  [/^@standard-schema\/spec$/, /^tools\//],
  [/^node:vm$/, /^foundation\/json-schema\/bounded-check\.ts$/],
  [/^node:assert/, /^testing\//],
  [/^node:http$/, /^(mcp\/|testing\/verification\.ts$)/],
  // A program may use all of its runtime.
  [/^node:/, /^cli\//],
  // Loaded when a command needs them, if the host has them.
  [/^(pg|@electric-sql\/pglite)$/, /^cli\/kit\/load-driver\.ts$/],
  [
    /^node:(buffer|zlib|events)$/,
    /^(foundation\/crypto\/api-key|mcp\/.*|foundation\/async\/deadline|control-plane\/runtime\/lifecycle)\.ts$/,
  ],
]

it('imports packages only where the list allows it: express and zod nowhere', () => {
  const packages = sources.flatMap(({ path, imports }) =>
    imports.filter(({ local }) => !local).map(({ target }) => ({ path, target })),
  )
  const foreign = packages.filter(
    ({ path, target }) => !KEYS.some(([name, files]) => name.test(target) && files.test(path)),
  )
  expect(foreign).toEqual([])
})

it('loads the SDK in one place only, and late', () => {
  const entering = sources
    .filter(({ imports }) =>
      imports.some(({ target, typeOnly }) => target.startsWith('@modelcontextprotocol/') && !typeOnly),
    )
    .map(({ path }) => path)
  expect(entering.sort()).toEqual(['mcp/jsonrpc/sdk-guards.ts'])
})

it('keeps files under 251 lines and functions under 41', () => {
  expect(sources.filter(({ lines }) => lines > 250).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([])
  const long = sources.flatMap((source) =>
    nodesOf(source)
      .filter(
        ({ node, from, to }) =>
          /^(Function|ArrowFunction|Method)/.test(node.type ?? '') && to - from + 1 > 40,
      )
      .map(({ from, to }) => `${source.path}:${from} is ${to - from + 1} lines`),
  )
  expect(long).toEqual([])
})

it('has no any, no silenced check, no cast but of constants, no output and no environment', () => {
  const found = sources.flatMap((source) =>
    nodesOf(source).flatMap(({ node, from, code }) => {
      if (node.type === 'TsKeywordType' && node['kind'] === 'any') return [`${source.path}:${from} any`]
      if (node.type === 'TsNonNullExpression') return [`${source.path}:${from} !`]
      if (node.type === 'TsAsExpression') return [`${source.path}:${from} ${code}`]
      return []
    }),
  )
  // What a schema made is what its type says; there is no other way to tell the compiler.
  expect(
    found.filter((line) => !/tools\/define-tool\.ts:\d+ parsed\.value as Parsed<I>$/.test(line)),
  ).toEqual([])
  for (const { path, text } of sources) {
    expect([path, text.match(/@ts-|biome-ignore|TODO|FIXME/)]).toEqual([path, null])
    // The program reads it once, and hands it on.
    expect([path, /process\.env/.test(text) && path !== 'cli/main.ts']).toEqual([path, false])
    // One line for each failure for which there is no onError.
    expect([path, /console\./.test(text) && path !== 'adapter-kit/failure-line.ts']).toEqual([path, false])
    const begins = path === 'cli/main.ts' ? '#!/usr/bin/env node\n/**' : '/**'
    expect([path, text.startsWith(begins) && !/^(let|var) /m.test(text)]).toEqual([path, true])
  }
})

it('holds data and types only in adapters/', () => {
  for (const { path, text } of sources.filter((source) => source.path.startsWith('adapters/'))) {
    expect([path, /^export (?!type|interface)/m.test(text)]).toEqual([path, false])
  }
})

it('uses every error of the table', () => {
  const all = sources
    .filter(({ path }) => path !== 'foundation/errors/catalogue.ts')
    .map(({ text }) => text)
    .join('\n')
  expect(
    Object.keys(ERRORS).filter((code) => !all.includes(`'${code}'`) && !all.includes(`ERRORS.${code}`)),
  ).toEqual([])
})

it('has six public entries, with these names and no others', () => {
  expect(Object.keys(door).sort()).toEqual([
    'AllvError',
    'allowEveryCall',
    'ask',
    'createAllvAgentApi',
    'createAllvMcpRouter',
    'createControlPlane',
    'createInProcessEvents',
    'createToolProvider',
    'defineTool',
    'digestApiKey',
    'generateApiKey',
    'isAllvError',
    'isWellFormedApiKey',
    'toolError',
    'toolResult',
    'visibleText',
  ])
  expect(Object.keys(postgresDoor).sort()).toEqual([
    'createPostgresAdapters',
    'createPostgresEvents',
    'createPostgresRateLimiter',
    'migrate',
    'prune',
  ])
  expect(Object.keys(kitDoor).sort()).toEqual([
    'MOST_MEMORY_CHARACTERS',
    'assertDecider',
    'assertStorableIdentity',
    'assertStorableTexts',
    'createListenerSet',
    'decisionEvent',
    'identityDigest',
    'isBusEvent',
    'isTooLongForMemory',
    'readBusEvent',
    'storableDecision',
    'storableEntry',
    'storableJson',
    'storableKey',
    'storableMember',
  ])
  expect(Object.keys(clientsDoor).sort()).toEqual(['CLIENTS', 'clientConfig', 'isClientId', 'serverJson'])
  expect(Object.keys(redisDoor).sort()).toEqual(['createRedisEvents', 'createRedisRateLimiter'])
  expect(Object.keys(testingDoor).filter((name) => !/^createInMemory|Contract$/.test(name))).toEqual([
    'defineVerification',
  ])
})

it('has no test that is skipped, focused, or without an assertion', () => {
  for (const path of readdirSync('__tests__', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  )) {
    const text = readFileSync(join('__tests__', path), 'utf8')
    expect([
      path,
      /\b(it|test|describe)\.(skip|only|todo)\b/.test(text.replaceAll('(it|test|describe)', '')),
    ]).toEqual([path, false])
    expect([path, /expect\(|Contract\(/.test(text)]).toEqual([path, true])
  }
})

const CALL_STAGES: ReadonlySet<string> = new Set(['Authorized', 'Validated', 'Resumed', 'Begun', 'Approved'])

it('does not compile code that skips a step', () => {
  const folder = mkdtempSync('.skipped-')
  const skipped = (from: string, call: string, module: string) =>
    `import type { ${from} } from '../lib/control-plane/request/${CALL_STAGES.has(from) ? 'call-stages' : 'stages'}.js'\nimport type { Runtime } from '../lib/control-plane/runtime/runtime.js'\nimport * as step from '../lib/control-plane/${module}.js'\nexport const skip = (runtime: Runtime, from: ${from}) => step.${call}\n`
  const cases: Readonly<Record<string, string>> = {
    'feature-flag-before-authentication': skipped(
      'Received',
      'requireFeature(runtime, from)',
      'admission/feature-flag',
    ),
    'member-before-feature-flag': skipped('Authenticated', 'selectMember(runtime, from)', 'admission/member'),
    'limit-before-member': skipped('Enabled', 'countRequest(runtime, from)', 'admission/rate-limit'),
    'tools-before-limit': skipped('MemberSelected', 'visibleTools(runtime, from)', 'calls/authorize'),
    'validation-before-authorization': skipped(
      'Admitted',
      'validateArguments(runtime, from)',
      'calls/validate',
    ),
    'run-before-validation': skipped('Authorized', 'beginRun(runtime, from)', 'calls/begin-run'),
    'approval-before-run': skipped(
      'Resumed',
      'approve(runtime, from, { recheck: async () => null, waitsFor: () => {} })',
      'approvals/approve',
    ),
    'execution-before-approval': skipped('Begun', 'execute(runtime, from)', 'calls/execute'),
    'the-right-order': skipped('Approved', 'execute(runtime, from)', 'calls/execute'),
  }
  try {
    for (const [name, text] of Object.entries(cases)) writeFileSync(join(folder, `${name}.ts`), text)
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../tsconfig.json',
        compilerOptions: { rootDir: '..' },
        files: Object.keys(cases).map((name) => `${name}.ts`),
      }),
    )
    let output = ''
    try {
      execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', folder], {
        encoding: 'utf8',
        stdio: 'pipe',
      })
    } catch (error) {
      output = String((error as { stdout?: string }).stdout)
    }
    const refused = Object.keys(cases).filter((name) => output.includes(`${name}.ts(`))
    expect(refused).toEqual(Object.keys(cases).filter((name) => name !== 'the-right-order'))
  } finally {
    rmSync(folder, { recursive: true })
  }
})
