/** Builds the docs site to .build/site, with the reference of docs/api if `npm run docs:api` has made it. A dead link is an error. */

import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = dirname(fileURLToPath(import.meta.url))
const ROOT = join(HERE, '../..')

if (!existsSync(join(HERE, 'node_modules')))
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: HERE, stdio: 'inherit' })

const vitepress = join(HERE, 'node_modules/vitepress/bin/vitepress.js')
const { status } = spawnSync(process.execPath, [vitepress, process.argv[2] === 'dev' ? 'dev' : 'build'], {
  cwd: HERE,
  stdio: 'inherit',
})
process.exitCode = status ?? 1

const api = join(ROOT, 'docs/api')
if (existsSync(api)) cpSync(api, join(ROOT, '.build/site/api'), { recursive: true })
