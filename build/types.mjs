/**
 * Writes the types of dist/, and once more to dist/cjs/, where a package.json says that files are CommonJS: TypeScript tells the two formats by it.
 * Only what an entry reaches is written.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ENTRIES } from './entries.mjs'

const FRESH = '.build/types'

export async function writeTypes() {
  rmSync(FRESH, { recursive: true, force: true })
  const tsc = 'node_modules/typescript/bin/tsc'
  const compiler = spawn(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', FRESH], {
    stdio: 'inherit',
  })
  const [status] = await once(compiler, 'close')
  // The compiler has said why.
  if (status !== 0) process.exit(1)
  const reached = new Set()
  for (const entry of ENTRIES) reach(`${entry}.d.ts`, reached)
  for (const folder of ['dist', 'dist/cjs']) {
    for (const file of reached) copy(file, folder)
    removeOthers(folder, reached)
  }
  writeFileSync('dist/cjs/package.json', `${JSON.stringify({ type: 'commonjs' })}\n`)
}

function reach(file, reached) {
  if (reached.has(file)) return
  reached.add(file)
  const text = readFileSync(join(FRESH, file), 'utf8')
  for (const [, path] of text.matchAll(/(?:from |import\()['"](\.[^'"]+)\.js['"]/g))
    reach(join(dirname(file), `${path}.d.ts`), reached)
}

function copy(file, folder) {
  const target = join(folder, file)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, readFileSync(join(FRESH, file)))
  const { sources, ...map } = JSON.parse(readFileSync(join(FRESH, `${file}.map`), 'utf8'))
  const moved = sources.map((source) => relative(dirname(target), join(FRESH, dirname(file), source)))
  writeFileSync(`${target}.map`, JSON.stringify({ ...map, sources: moved }))
}

/** Removes types of earlier builds. */
function removeOthers(folder, reached) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const other = folder === 'dist' && name.startsWith('cjs/')
    if (/\.d\.ts(\.map)?$/.test(name) && !other && !reached.has(name.replace(/\.map$/, '')))
      rmSync(join(folder, name))
  }
}
