import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodesOf, readSources } from './sources.js'

/** Ways around the other tests about sources: forms that they, which read lines beginning with `import`, do not see. */

it('imports late only what it names, so that the list of packages covers every import', () => {
  // The program loads the module that the host names, and nothing else.
  const own = readSources().filter(({ path }) => path !== 'cli/verify/module.ts')
  const hidden = own.flatMap((source) =>
    nodesOf(source)
      .filter(
        ({ node, code }) =>
          node.type === 'TsImportType' ||
          (node.type === 'CallExpression' && code.startsWith('import(') && !/^import\('[^']+'\)$/.test(code)),
      )
      .map(({ from }) => `${source.path}:${from}`),
  )
  expect(hidden).toEqual([])
})

it('casts in no other notation either', () => {
  const casts = readSources().flatMap((source) =>
    nodesOf(source)
      .filter(({ node }) => node.type === 'TsTypeAssertion')
      .map(({ from }) => `${source.path}:${from}`),
  )
  expect(casts).toEqual([])
})

it('skips no test by the short names', () => {
  const off = readdirSync('__tests__', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) =>
      /^\s*(fit|xit|xtest|fdescribe|xdescribe)\b/m.test(readFileSync(join('__tests__', path), 'utf8')),
    )
  expect(off).toEqual([])
})

/** Files that ask adapters, and that the two faces never call: they go through the files of operations. `describe.ts` only words. */
const ASKS_ADAPTERS =
  /^control-plane\/(approvals\/(?!describe\.ts)|tasks\/(?!task-view\.ts)|calls\/|content\/|admission\/(?!admit\.ts|rate-limit\.ts)|access\/tool-definitions\.ts)/
/** A stream that follows a task lets the store wake it. What it then shows it gets through `tasks/get`. */
const WAKES: readonly string[] = ['mcp/era-2026/listen-tasks.ts -> control-plane/approvals/watch.ts']

it('lets a face reach an adapter through an operation only', () => {
  const faces = readSources().filter(({ path }) => /^(mcp|agent)\//.test(path))
  const around = faces.flatMap(({ path, imports }) =>
    imports
      .filter(({ target, typeOnly }) => !typeOnly && ASKS_ADAPTERS.test(target))
      .map(({ target }) => `${path} -> ${target}`),
  )
  expect(around.filter((way) => !WAKES.includes(way))).toEqual([])
  const called = faces
    .filter(({ text }) => /\badapters\.\w+\??\.\w+\??\.?\(/.test(text))
    .map(({ path }) => path)
  expect(called).toEqual([])
})

/** Exported functions that are no operation of their own, and why. */
const NO_OPERATION: ReadonlySet<string> = new Set([
  // Leaves the events of its run.
  'callTool',
  // Put together from operations.
  'pageOfResources',
  'listTemplates',
  // Parts of opening a stream, whose event says what it may receive.
  'mayHearOf',
  'isOwnTask',
])

it('runs every operation through the helper that records it', () => {
  const files = /^control-plane\/operations\//
  const unrecorded = readSources()
    .filter(({ path }) => files.test(path))
    .flatMap(({ text }) => text.split(/^(?=export )/m))
    .filter((part) => /^export (async )?function/.test(part))
    .filter((part) => !/\boperation(<\w+>)?\(runtime, admitted, '/.test(part))
    .map((part) => /function (\w+)/.exec(part)?.[1] ?? part)
  expect(unrecorded.filter((name) => !NO_OPERATION.has(name))).toEqual([])
})
