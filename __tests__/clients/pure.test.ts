import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { minifySync, transformSync } from '@swc/core'
import { SALES } from './cases.js'

/** A host ships the module to browsers. */

const FOLDER = join('lib', 'clients')
const sources = readdirSync(FOLDER).map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }))

it('imports nothing but its own files, and types', () => {
  const imports = sources.flatMap(({ name, text }) =>
    [...text.matchAll(/^(?:import|export) (type )?(?:[^'"]*?from )?'([^']+)'/gm)].map(
      ([, type, target = '']) => ({ name, type: type !== undefined, target }),
    ),
  )
  expect(imports.filter(({ type, target }) => !target.startsWith('./') && !type)).toEqual([])
  expect(imports.length).toBeGreaterThan(20)
})

it('is at most 40 kB', () => {
  const options = {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'es6' },
  } as const
  const size = sources
    .map(({ text }) => minifySync(transformSync(text, options).code, { module: true }).code)
    .reduce((sum, code) => sum + Buffer.byteLength(code), 0)
  expect(size).toBeLessThanOrEqual(40_000)
  expect(size).toBeGreaterThan(10_000)
})

/** One script of all files, with what a browser has, and nothing of Node. */
it('runs without Node', () => {
  const options = {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  } as const
  const modules = sources.map(({ name, text }) => {
    const { code } = transformSync(text, options)
    return `${JSON.stringify(`./${name.replace('.ts', '.js')}`)}: (exports, require) => {${code}\n}`
  })
  const script = `
    const modules = {${modules.join(',')}}
    const loaded = new Map()
    function require(name) {
      if (!loaded.has(name)) {
        const exports = {}
        loaded.set(name, exports)
        modules[name](exports, require)
      }
      return loaded.get(name)
    }
    const { CLIENTS, clientConfig } = require('./index.js')
    JSON.stringify(CLIENTS.map(({ id }) => clientConfig(id, ${JSON.stringify({ ...SALES, member: { id: 'mem_1' } })}).client.id))`
  const ids: unknown = JSON.parse(runInContext(script, createContext({ URL, TextEncoder, btoa })))
  expect(ids).toEqual(expect.arrayContaining(['cursor', 'vscode', 'lm-studio']))
})
