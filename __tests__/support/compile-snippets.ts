/** Compiles code that documents and doc comments show, as a host with a strict configuration would. */

import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface SnippetFile {
  /** Its path in the folder, such as `guide/events/1.ts`. */
  readonly path: string
  readonly text: string
}

/** Declarations of a package that has none: they belong to the sources, where examples are compiled against these. */
const DECLARATIONS = join(process.cwd(), 'lib/rate-limiter-flexible.d.ts')

/** What a host writes, and not the rules for the sources of this repository. */
const COMPILER_OPTIONS = {
  noEmit: false,
  rootDir: '.',
  outDir: '.',
  types: ['node'],
  // The package by its own name: what is built, with the types that are published.
  paths: {},
  noPropertyAccessFromIndexSignature: false,
  isolatedModules: false,
  erasableSyntaxOnly: false,
}

/**
 * Writes the files and their JavaScript into `folder`, which must be below the root of the repository, and which is emptied first.
 *
 * @returns What the compiler says; empty if everything compiles.
 */
export function compileSnippets(
  folder: string,
  files: readonly SnippetFile[],
  compilerOptions: Readonly<Record<string, unknown>> = {},
): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const configuration = {
    extends: join(process.cwd(), 'tsconfig.json'),
    compilerOptions: { ...COMPILER_OPTIONS, ...compilerOptions },
    include: [],
    files: [...files.map(({ path }) => path), ...(compilerOptions['noEmit'] === true ? [DECLARATIONS] : [])],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration))
  const compiler = join('node_modules', 'typescript', 'bin', 'tsc')
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, '--pretty', 'false', '-p', folder], {
    encoding: 'utf8',
  })
  return `${stdout}${stderr}`.trim()
}
