/** The tarball that npm would publish, and its contents. */

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

export interface Packed {
  /** The path of the file. */
  readonly tarball: string
  /** Bytes of the tarball, and of the files in it. */
  readonly size: number
  readonly unpackedSize: number
  /** The paths of the files in it, from the root of the package. */
  readonly files: readonly string[]
}

/** Runs a program to its end. Rejects if it fails, with `stdout` and `stderr`. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return promisify(execFile)(command, args, {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '', CI: 'true', ...env },
    maxBuffer: 2 ** 26,
  })
}

/** Packs what dist/ holds, to a file in `folder`. */
export async function pack(folder: string): Promise<Packed> {
  mkdirSync(folder, { recursive: true })
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', resolve(folder), '--loglevel=error'],
    resolve('.'),
  )
  const [packed] = JSON.parse(stdout)
  const files: readonly { readonly path: string }[] = packed.files
  return {
    tarball: resolve(folder, packed.filename),
    size: packed.size,
    unpackedSize: packed.unpackedSize,
    files: files.map(({ path }) => path),
  }
}

/** Differs when anything that is packed differs. */
export function digestOfPackage(): string {
  const hash = createHash('sha256').update(readFileSync('package.json'))
  for (const folder of ['dist', 'lib'])
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      const path = join(folder, name)
      if (statSync(path).isFile()) hash.update(name).update(readFileSync(path))
    }
  return hash.digest('hex').slice(0, 16)
}
