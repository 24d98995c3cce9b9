#!/usr/bin/env node
/** The program `allv-mcp`. */

import { readFileSync } from 'node:fs'
import { runCommandLine } from './run.js'

const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())
// A reader that has gone, such as `| head`, wants no more.
process.stdout.on('error', () => process.exit(1))

process.exitCode = await runCommandLine(
  process.argv.slice(2),
  {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    env: process.env,
    cwd: process.cwd(),
    colours: process.stdout.isTTY === true && !process.env['NO_COLOR'],
    signal: interrupted.signal,
  },
  version(),
)
// What a module of the host has left open, such as a pool, must not keep a command that has ended waiting.
setTimeout(() => process.exit(), 1000).unref()

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const found: unknown = JSON.parse(text)
  return typeof found === 'object' && found !== null && 'version' in found ? String(found.version) : '0.0.0'
}
