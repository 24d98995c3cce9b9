/**
 * `npm run check:oauth:clients`: installs clients of npm into `.build/clients`, and sees each sign a person in at the example, by a scripted browser,
 * and list the tools. Some seconds, and 25 MB at first.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { aiSdk, mcpRemote } from './clients.mjs'
import { startExample } from './example.mjs'

const CLIENTS = [
  ['mcp-remote', mcpRemote],
  ['@ai-sdk/mcp', aiSdk],
]

const example = await startExample()
let failures = 0
for (const [name, listTools] of CLIENTS) {
  const { installed, version } = install(name)
  const listed = await listTools({ installed, example }).catch(String)
  const works = listed.includes('deals_search')
  console.log(`${name} ${version}: ${works ? 'signed in, tools listed' : `FAILED\n${listed.slice(-2000)}`}`)
  if (!works) failures += 1
}
await example.close()
process.exitCode = failures === 0 ? 0 : 1

function install(name) {
  const installed = resolve('.build/clients', name.replaceAll(/[@/]/g, '_'))
  const manifest = join(installed, 'node_modules', name, 'package.json')
  if (!existsSync(manifest)) {
    mkdirSync(installed, { recursive: true })
    writeFileSync(join(installed, 'package.json'), '{ "private": true }')
    const options = ['install', '--no-audit', '--no-fund', '--loglevel=error', name]
    execFileSync('npm', options, { cwd: installed, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  return { installed, version: JSON.parse(readFileSync(manifest, 'utf8')).version }
}
