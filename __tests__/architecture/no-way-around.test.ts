import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodesOf, readSources } from './sources.js'

/** Ways around the other tests about sources: forms that they, which read lines beginning with `import`, do not see. */

it('imports at the top of a file only, so that the key list sees every import', () => {
  const hidden = readSources().flatMap((source) =>
    nodesOf(source)
      .filter(({ node }) => node.type === 'Import' || node.type === 'TsImportType')
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

it('switches no test off by the short names', () => {
  const off = readdirSync('__tests__', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) =>
      /^\s*(fit|xit|xtest|fdescribe|xdescribe)\b/m.test(readFileSync(join('__tests__', path), 'utf8')),
    )
  expect(off).toEqual([])
})
