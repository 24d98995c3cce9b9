import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './projects/packed.js'
import { projectIn } from './projects/shared-project.js'
import { cjsStory, esmStory, TOOLS } from './projects/story.js'

/** A host that is bundled into one file, with the library and all of its dependencies in it, starts and serves. */

const ROLLUP = `
  import commonjs from '@rollup/plugin-commonjs'
  import json from '@rollup/plugin-json'
  import resolve from '@rollup/plugin-node-resolve'
  export default {
    input: 'main.js',
    output: { file: 'out.mjs', format: 'es', inlineDynamicImports: true },
    plugins: [resolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs(), json()],
    onwarn: ({ code, id, message }) => { if (code === 'UNRESOLVED_IMPORT') throw new Error(id + message) },
  }`
const WEBPACK = (library: 'module' | 'commonjs') => `
  const path = process.cwd()
  export default {
    mode: 'production',
    target: 'node20',
    entry: './main.js',
    output: { path, filename: '${library === 'module' ? 'out.mjs' : 'out.cjs'}', ${library === 'module' ? `module: true, chunkFormat: 'module', library: { type: 'module' }` : `library: { type: 'commonjs2' }`} },
    ${library === 'module' ? 'experiments: { outputModule: true },' : ''}
    optimization: { minimize: false },
  }`
const BUILDERS = `
  import { build } from 'esbuild'
  const [format, external] = process.argv.slice(2)
  await build({ entryPoints: ['main.js'], bundle: true, platform: 'node', format, outfile: format === 'esm' ? 'out.mjs' : 'out.cjs', external: external ? [external] : [], logLevel: 'error' })`
const WITH_WEBPACK = `
  import webpack from 'webpack'
  const { default: config } = await import('./webpack.config.mjs')
  webpack(config, (error, stats) => {
    if (error || stats.hasErrors()) { console.error(error ?? stats.toString({ all: false, errors: true })); process.exit(1) }
  })`

const bundled = async (
  name: string,
  files: Readonly<Record<string, string>>,
  build: readonly string[],
  out: string,
  alone = true,
) => {
  const path = await projectIn(`bundle-${name}`, { 'package.json': '{"type":"module"}', ...files })
  await run(process.execPath, build, path)
  if (!alone) return (await run(process.execPath, [out], path)).stdout
  // Where no package could be found, so that everything must be in the file.
  const elsewhere = mkdtempSync(join(tmpdir(), 'allv-mcp-bundle-'))
  try {
    // webpack writes what loads late to files beside it.
    for (const file of readdirSync(path).filter((name) => name.endsWith(out)))
      copyFileSync(join(path, file), join(elsewhere, file))
    return (await run(process.execPath, [out], elsewhere)).stdout
  } finally {
    rmSync(elsewhere, { recursive: true })
  }
}

it('is bundled by esbuild as an ES module', async () => {
  const files = { 'main.js': esmStory('node'), 'build.mjs': BUILDERS }
  expect(await bundled('esbuild-esm', files, ['build.mjs', 'esm'], 'out.mjs')).toBe(TOOLS)
})

it('is bundled by esbuild as an ES module beside an Express that is not', async () => {
  const files = { 'main.js': esmStory('express'), 'build.mjs': BUILDERS }
  expect(await bundled('esbuild-express', files, ['build.mjs', 'esm', 'express'], 'out.mjs', false)).toBe(
    TOOLS,
  )
})

it('is bundled by esbuild as CommonJS, with Express', async () => {
  const files = { 'main.js': esmStory('express'), 'build.mjs': BUILDERS }
  expect(await bundled('esbuild-cjs', files, ['build.mjs', 'cjs'], 'out.cjs')).toBe(TOOLS)
})

it('is bundled by esbuild from CommonJS', async () => {
  const files = {
    'package.json': '{"type":"commonjs"}',
    'main.js': cjsStory('node'),
    'build.mjs': BUILDERS,
  }
  expect(await bundled('esbuild-required', files, ['build.mjs', 'cjs'], 'out.cjs')).toBe(TOOLS)
})

it('is bundled by rollup', async () => {
  const files = { 'main.js': esmStory('node'), 'rollup.config.mjs': ROLLUP }
  const rollup = '../node_modules/rollup/dist/bin/rollup'
  expect(await bundled('rollup', files, [rollup, '-c', 'rollup.config.mjs', '--silent'], 'out.mjs')).toBe(
    TOOLS,
  )
})

it.each(['module', 'commonjs'] as const)('is bundled by webpack as %s, with Express', async (library) => {
  const files = {
    'main.js': esmStory('express'),
    'webpack.config.mjs': WEBPACK(library),
    'build.mjs': WITH_WEBPACK,
  }
  const out = library === 'module' ? 'out.mjs' : 'out.cjs'
  expect(await bundled(`webpack-${library}`, files, ['build.mjs'], out)).toBe(TOOLS)
})
