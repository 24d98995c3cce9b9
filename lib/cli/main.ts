#!/usr/bin/env node
/** The program `allv-mcp`. */

import { readFileSync } from 'node:fs'
import { runCommandLine } from './run.js'

const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())
const progress = { ended: false }
// A module of the host, or a promise that never settles, may end the process first. Nobody must take that for a success.
process.on('exit', () => {
  if (progress.ended) return
  process.stderr.write('The process ended before the command did, so there is no result.\n')
  process.exitCode = 1
})
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  progress.ended = true
  // A reader that has gone, such as `| head`, wants no more.
  if (error.code !== 'EPIPE') process.stderr.write(`the output cannot be written (${error.message})\n`)
  process.exit(1)
})

// No await: Node ends with a code of its own while a module waits for what never comes.
void runCommandLine(
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
).then((code) => {
  progress.ended = true
  process.exitCode = code
  // What a module of the host has left open, such as a pool, must not keep a command that has ended waiting.
  setTimeout(() => process.exit(), 1000).unref()
})

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const found: unknown = JSON.parse(text)
  return typeof found === 'object' && found !== null && 'version' in found ? String(found.version) : '0.0.0'
}
