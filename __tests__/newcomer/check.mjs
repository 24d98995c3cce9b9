/**
 * Measures a newcomer's first minutes: clones the repository, runs the commands of README's section "Try it" as they are printed, calls a tool with
 * the lines that `npm start` prints, and decides the approval that the example client waits for. `--cold`: with an empty cache of npm.
 *
 * PORT is passed on, so that it also runs where port 3000 is taken. Only what is committed is cloned.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const LIMIT_SECONDS = 180
const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-first-call-'))
const clone = join(folder, 'allv-mcp')
const env = {
  ...process.env,
  ...(process.argv.includes('--cold') ? { npm_config_cache: join(folder, 'npm-cache') } : {}),
}
const began = performance.now()
const seconds = () => ((performance.now() - began) / 1000).toFixed(1)
const shells = []

try {
  await check()
} catch (error) {
  console.error(`failed after ${seconds()} s: ${error.message}`)
  process.exitCode = 1
} finally {
  await Promise.all(shells.map(stop))
  rmSync(folder, { recursive: true, force: true })
}

async function check() {
  await openShell(`git clone --quiet "${process.cwd()}" "${clone}"`, folder).ended
  console.log(`${seconds()} s  cloned`)
  const [start, client] = commandsOf(readFileSync(join(clone, 'README.md'), 'utf8'))
  const host = openShell(start, clone)
  await host.written(/npm run example:client/)
  console.log(`${seconds()} s  ${start}`)

  const printed = /^export [\s\S]*?\n\n/m.exec(host.output())?.[0] ?? ''
  const call = openShell(printed, tmpdir())
  await call.ended
  const took = Number(seconds())
  if (!call.output().includes('"title":"Giant magnet"'))
    throw new Error(`the call answered:\n${call.output()}`)
  console.log(`${took} s  called a tool with the printed lines`)

  const waiting = openShell(client, clone)
  const [, page] = await waiting.written(/Open +(http\S+)/)
  const [, password] = /operator \/ ([^\s,]+)/.exec(host.output()) ?? []
  await approve(page, `operator:${password}`)
  await waiting.ended
  console.log(`${seconds()} s  ${client}, and decided what it waited for`)
  if (took > LIMIT_SECONDS) throw new Error(`the first call took ${took} s; the limit is ${LIMIT_SECONDS} s`)
}

/** The lines of the first shell block of "Try it", without their comments: one for each terminal. */
function commandsOf(readme) {
  const section = /^## Try it$([\s\S]*?)(?=^## )/m.exec(readme)?.[1] ?? readme
  const block = /```sh\n([\s\S]*?)```/.exec(section)?.[1] ?? ''
  const commands = block
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter(Boolean)
  if (commands.length !== 2) throw new Error(`README's "Try it" should have two commands, and has:\n${block}`)
  return commands
}

/** As a browser sends the form of the page. */
async function approve(page, credentials) {
  const headers = {
    authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
    'sec-fetch-site': 'same-origin',
  }
  const body = new URLSearchParams({ decision: 'approve', reason: '' })
  const { status } = await fetch(page, { method: 'POST', headers, body, redirect: 'manual' })
  if (status !== 303) throw new Error(`the page of the approval answered ${status}`)
}

/** A terminal: its own process group, so that what it starts ends with it. */
function openShell(command, cwd) {
  const child = spawn('bash', ['-c', command], { cwd, env, detached: true })
  let text = ''
  const listeners = new Set()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk
      for (const listener of listeners) listener()
    })
  const closed = new Promise((resolve) => child.once('close', resolve))
  const ended = closed.then((code) => {
    if (code !== 0) throw new Error(`"${command}" ended with ${code}:\n${text}`)
  })
  ended.catch(() => {})
  const written = (pattern) => {
    const match = new Promise((resolve) => {
      const look = () => {
        const found = pattern.exec(text)
        if (found !== null) resolve(found)
      }
      listeners.add(look)
      look()
    })
    const over = closed.then(() => {
      throw new Error(`"${command}" ended, and wrote:\n${text}`)
    })
    over.catch(() => {})
    return Promise.race([match, over])
  }
  const shell = { child, closed, ended, written, output: () => text }
  shells.push(shell)
  return shell
}

async function stop({ child, closed }) {
  if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGTERM')
  await closed
}
