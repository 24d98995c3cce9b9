/** Reads the files of a new app, which this package carries in `examples/starter`. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord } from '../../foundation/json/guards.js'
import type { PackageFacts } from '../kit/package-root.js'

/** One file to write. */
export interface TemplateFile {
  /** Relative to the app's folder. */
  readonly path: string
  readonly text: string
}

/** npm leaves these names out of a package, or reads them, so they are carried under others. */
const CARRIED_AS: ReadonlyMap<string, string> = new Map([
  ['_gitignore', '.gitignore'],
  ['_package.json', 'package.json'],
])

/** All of them, as they are carried. */
export function readTemplate({ root }: PackageFacts): readonly TemplateFile[] {
  const folder = join(root, 'examples', 'starter')
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => ({ path: CARRIED_AS.get(path) ?? path, text: readFileSync(join(folder, path), 'utf8') }))
}

/** The packages that the app needs, by its package.json. */
export function dependenciesOf(files: readonly TemplateFile[]): readonly string[] {
  const { dependencies, devDependencies } = manifestOf(files)
  return [dependencies, devDependencies].flatMap((one) => (isRecord(one) ? Object.keys(one) : []))
}

/** The files with the app's name in its package.json and README, and with this version of the package. */
export function fillIn(
  files: readonly TemplateFile[],
  { name, version }: { readonly name: string; readonly version: string },
): readonly TemplateFile[] {
  const manifest = manifestOf(files)
  const dependencies = isRecord(manifest['dependencies']) ? manifest['dependencies'] : {}
  const filled = { ...manifest, name, dependencies: { ...dependencies, 'allv-mcp': `^${version}` } }
  return files.map(({ path, text }) => {
    if (path === 'package.json') return { path, text: `${JSON.stringify(filled, null, 2)}\n` }
    return { path, text: path === 'README.md' ? text.replace('# starter', `# ${name}`) : text }
  })
}

function manifestOf(files: readonly TemplateFile[]): Readonly<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(files.find(({ path }) => path === 'package.json')?.text ?? 'null')
  if (!isRecord(parsed)) throw new Error('the files of allv-mcp are incomplete; install the package again')
  return parsed
}
