/** Installs a client into `.build/clients`, where it is no part of the repository. */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export interface Installed {
  /** The folder of its programs. */
  readonly bin: string
  readonly version: string
}

/** `null`, and why, if npm cannot install it here. */
export function install(name: string): Installed | { readonly failed: string } {
  const folder = resolve('.build/clients', name.replaceAll(/[@/]/g, '_'))
  const manifest = join(folder, 'node_modules', name, 'package.json')
  if (!existsSync(manifest)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    try {
      const options = ['install', '--no-audit', '--no-fund', '--loglevel=error', name]
      execFileSync('npm', options, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' })
    } catch (error) {
      const lines = String((error as { stderr?: unknown }).stderr).split('\n')
      return { failed: lines.find((line) => /Error:|ENOTFOUND|ETARGET/.test(line)) ?? 'npm install failed' }
    }
  }
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'))
  return { bin: join(folder, 'node_modules', '.bin'), version: String(version) }
}
