import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as door from 'allv-mcp'
import * as postgresDoor from 'allv-mcp/postgres'
import * as redisDoor from 'allv-mcp/redis'
import * as testingDoor from 'allv-mcp/testing'
import { ERRORS } from '../../lib/error-table.js'
import { nodesOf, readSources } from './sources.js'

const sources = readSources()

/** Floors from the ground up; the first pattern that matches counts. A file imports from its own floor or below, as its room allows. */
const FLOORS: readonly (readonly [RegExp, number])[] = [
  [/^adapters\//, 1],
  [
    /^(errors|error-table|error-entry|call-errors|option-readers|digest|identity|seal|ask|freeze|param-headers|json-guards|lazy-signal|bounded-map|decision-event|node-events|time-limit|text|json-copy|arguments-reader|output-marks|storable|memory-text|identity-text|decision-text|host-values|memory-limit|failure-line)\.ts$/,
    1,
  ],
  [/^(options|adapter-checks)\.ts$/, 2],
  [
    /^pipeline\/(may-come-back|built-in-list|context|proofs|plane|scopes|tool-catalogue|schema-(cache|limits|problems|reading|roots|walk)|patterns|adapter-call|turns|cancel|deadline|objection|outcome|repeatable|hub|bell|leases|comeback|run-news|abilities|answers|rounds|put-questions|idempotency-key|caller-key|form-fields|memory-keys|output-limit|linear-keywords|bounded-check)\.ts$/,
    3,
  ],
  [
    /^pipeline\/(audit|cursors|pages|enrich|round-binding|refusals|operation|tool-definitions|tool-result|built-in-(definitions|arguments)|host-items|control-plane)\.ts$/,
    4,
  ],
  [/^approvals\/(binding|changes|own|wait)\.ts$/, 4],
  [/^pipeline\/(authorize|built-in-tools|memory|prompts|resources|resume-round)\.ts$/, 5],
  [/^approvals\//, 5],
  [/^pipeline\/task-notes\.ts$/, 6],
  [/^pipeline\/(authenticate|gate|select-member|limit|validate|begin-run|approve|execute|end-run)\.ts$/, 6],
  [/^pipeline\/(operations|offerings|listings|carry-out)\.ts$/, 7],
  [/^tasks\//, 7],
  [/^mcp\/router\.ts$/, 9],
  [/^mcp\//, 8],
  [/^agent\//, 9],
  [/^(testing|tools|postgres|redis)\//, 10],
  [/^index\.ts$/, 11],
]

/** The steps of the pipeline know nothing of each other: only the order of steps knows them all. */
const STEPS =
  /^pipeline\/(authenticate|gate|select-member|limit|validate|begin-run|approve|execute|end-run)\.ts$/

const floorOf = (path: string) => FLOORS.find(([pattern]) => pattern.test(path))?.[1]

it('gives every file a floor', () => {
  expect(sources.filter(({ path }) => floorOf(path) === undefined).map(({ path }) => path)).toEqual([])
  expect(sources.length).toBeGreaterThan(80)
})

it('imports downwards only', () => {
  const upwards = sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ target, local }) => local && (floorOf(target) ?? 99) > (floorOf(path) ?? 0))
      .map(({ target }) => `${path} -> ${target}`),
  )
  expect(upwards).toEqual([])
})

it('keeps the steps apart', () => {
  const between = sources
    .filter(({ path }) => STEPS.test(path))
    .flatMap(({ path, imports }) =>
      imports.filter(({ target }) => STEPS.test(target)).map(({ target }) => `${path} -> ${target}`),
    )
  expect(between).toEqual([])
})

it('has no cycle of values', () => {
  const values = new Map(
    sources.map(({ path, imports }) => [
      path,
      imports.filter(({ local, typeOnly }) => local && !typeOnly).map(({ target }) => target),
    ]),
  )
  const cycles: string[] = []
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
    else for (const next of values.get(path) ?? []) walk(next, [...trail, path])
  }
  for (const { path } of sources) if (cycles.length === 0) walk(path, [])
  expect(cycles).toEqual([])
})

it('enters tools, testing and stores from outside only: nothing of the core needs them, nor they each other', () => {
  const rooms = /^(tools|testing|postgres|redis)\//
  const inside = sources
    .filter(({ path }) => path !== 'index.ts')
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
  [/^jose$/, /^seal\.ts$/],
  [/^node:crypto$/, /^(digest|identity|seal)\.ts$/],
  [/^ajv/, /^pipeline\/(schema-(cache|problems)|linear-keywords)\.ts$/],
  [/^rate-limiter-flexible$/, /^(pipeline\/plane|(postgres|redis)\/rate-limiter)\.ts$/],
  [/^safe-stable-stringify$/, /^digest\.ts$/],
  [/^lru-cache$/, /^(seal|pipeline\/(plane|schema-cache))\.ts$/],
  [/^@standard-schema\/spec$/, /^tools\//],
  [/^node:vm$/, /^pipeline\/bounded-check\.ts$/],
  [/^node:assert/, /^testing\//],
  [/^node:http$/, /^mcp\//],
  [/^node:(buffer|zlib|events)$/, /^(identity|mcp\/.*|pipeline\/deadline)\.ts$/],
]

it('imports packages only where the key list says: express and zod nowhere', () => {
  const packages = sources.flatMap(({ path, imports }) =>
    imports.filter(({ local }) => !local).map(({ target }) => ({ path, target })),
  )
  const foreign = packages.filter(
    ({ path, target }) => !KEYS.some(([name, files]) => name.test(target) && files.test(path)),
  )
  expect(foreign).toEqual([])
})

it('enters the SDK of the 2025 era at run time through one door, beside its message guards', () => {
  const entering = sources
    .filter(({ imports }) =>
      imports.some(({ target, typeOnly }) => target.startsWith('@modelcontextprotocol/') && !typeOnly),
    )
    .map(({ path }) => path)
  expect(entering.sort()).toEqual(['mcp/era-2025.ts', 'mcp/messages.ts'])
})

it('keeps files under 251 lines and functions under 41', () => {
  expect(sources.filter(({ lines }) => lines > 250).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([])
  const long = sources
    .filter(({ path }) => !path.startsWith('testing/'))
    .flatMap((source) =>
      nodesOf(source)
        .filter(
          ({ node, from, to }) =>
            /^(Function|ArrowFunction|Method)/.test(node.type ?? '') && to - from + 1 > 40,
        )
        .map(({ from, to }) => `${source.path}:${from} is ${to - from + 1} lines`),
    )
  // Factories that only hold functions are read function by function.
  const factories = /^pipeline\/hub\.ts/
  expect(long.filter((line) => !factories.test(line))).toEqual([])
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
    expect([path, text.match(/@ts-|biome-ignore|process\.env|TODO|FIXME/)]).toEqual([path, null])
    // One line for each failure that nobody else listens to.
    expect([path, /console\./.test(text) && path !== 'failure-line.ts']).toEqual([path, false])
    expect([path, text.startsWith('/**') && !/^(let|var) /m.test(text)]).toEqual([path, true])
  }
})

it('holds data and types only in adapters/', () => {
  for (const { path, text } of sources.filter((source) => source.path.startsWith('adapters/'))) {
    expect([path, /^export (?!type|interface)/m.test(text)]).toEqual([path, false])
  }
})

it('uses every error of the table', () => {
  const all = sources
    .filter(({ path }) => path !== 'error-table.ts')
    .map(({ text }) => text)
    .join('\n')
  expect(
    Object.keys(ERRORS).filter((code) => !all.includes(`'${code}'`) && !all.includes(`ERRORS.${code}`)),
  ).toEqual([])
})

it('opens four doors, with these names and no others', () => {
  expect(Object.keys(door).sort()).toEqual([
    'AllvError',
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
  expect(Object.keys(redisDoor).sort()).toEqual(['createRedisEvents', 'createRedisRateLimiter'])
  expect(Object.keys(testingDoor).filter((name) => !/^createInMemory|Contract$/.test(name))).toEqual([])
})

it('has no test that is switched off, alone, or without an assertion', () => {
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

it('does not compile a skipped step', () => {
  const folder = mkdtempSync('.skipped-')
  const skipped = (from: string, call: string, module: string) =>
    `import type { ${from} } from '../lib/pipeline/context.js'\nimport type { Plane } from '../lib/pipeline/plane.js'\nimport * as step from '../lib/pipeline/${module}.js'\nexport const skip = (plane: Plane, from: ${from}) => step.${call}\n`
  const cases: Readonly<Record<string, string>> = {
    'gate-before-authentication': skipped('Received', 'gate(plane, from)', 'gate'),
    'member-before-gate': skipped('Authenticated', 'selectMember(plane, from)', 'select-member'),
    'limit-before-member': skipped('Gated', 'limit(plane, from)', 'limit'),
    'tools-before-limit': skipped('MemberSelected', 'visibleTools(plane, from)', 'authorize'),
    'validation-before-authorization': skipped('Admitted', 'validateArguments(plane, from)', 'validate'),
    'run-before-validation': skipped('Authorized', 'beginRun(plane, from)', 'begin-run'),
    'approval-before-run': skipped(
      'Resumed',
      'approve(plane, from, { recheck: async () => null, waitsFor: () => {} })',
      'approve',
    ),
    'execution-before-approval': skipped('Begun', 'execute(plane, from)', 'execute'),
    'the-right-order': skipped('Approved', 'execute(plane, from)', 'execute'),
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
