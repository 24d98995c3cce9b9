/** Writes the JavaScript of dist/. */

import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { rolldown } from 'rolldown'
import { ENTRIES, PROGRAMS } from './entries.mjs'

/** Folders that belong to one entry, whose files only the program shares with it. */
const OF_ONE_ENTRY = /[\\/]lib[\\/](cli|clients|postgres|redis|testing)[\\/]/

export async function writeBundles() {
  await Promise.all([
    write('dist', [...ENTRIES, ...PROGRAMS], { format: 'es' }),
    // Without `import()`, which a CommonJS test runner does not have: jest, for one.
    write('dist/cjs', ENTRIES, { format: 'cjs', dynamicImportInCjs: false, exports: 'named' }),
  ])
}

async function write(folder, entries, format) {
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((entry) => [entry, `lib/${entry}.ts`])),
    external: /^[^./]/,
    platform: 'node',
    tsconfig: 'tsconfig.build.json',
    logLevel: 'warn',
  })
  const { output } = await bundle.generate({
    ...format,
    dir: folder,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    strict: true,
    sourcemap: true,
    // The sources are in the package, with their comments.
    sourcemapExcludeSources: true,
    comments: { legal: false, annotation: true, jsdoc: false },
    minifyInternalExports: false,
    // One file for what most entries share: few files load faster. What a host does not load with its entry is no part of it.
    codeSplitting: { groups: [{ name: 'shared', minShareCount: 2, test: (id) => !OF_ONE_ENTRY.test(id) }] },
  })
  await bundle.close()
  // Chunks come first: an entry that is there names only files that are there.
  const ordered = [...output].sort((a, b) => rank(a) - rank(b))
  for (const file of ordered) writeOne(join(folder, file.fileName), file.code ?? file.source)
  removeOthers(folder, new Set(output.map(({ fileName }) => fileName)))
}

function rank(file) {
  return file.fileName.startsWith('chunks/') ? 0 : 1
}

function writeOne(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  if (String(text).startsWith('#!')) chmodSync(path, 0o755)
}

/** Removes JavaScript of earlier builds. */
function removeOthers(folder, kept) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const other = folder === 'dist' && name.startsWith('cjs/')
    if (/\.js(\.map)?$/.test(name) && !other && !kept.has(name)) rmSync(join(folder, name))
  }
}
