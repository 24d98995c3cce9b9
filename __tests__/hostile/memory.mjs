/**
 * 64 clients with one key ask a process of 256 MB for the largest answers, streams and events, and read nothing, while another key is served.
 * Prints what became of it as one line of JSON. With `--in-time` it fails where the other key waited for a second.
 */

import { fork } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const CLIENTS = 64
const ROUNDS = 20
const OTHERS = 300
const VERSION = '2026-07-28'

const host = fork(new URL('./memory-host.mjs', import.meta.url), { execArgv: ['--max-old-space-size=256'] })
let ended = null
host.once('exit', (code, signal) => {
  ended = signal ?? code
})
const { port } = await new Promise((resolve) => host.once('message', resolve))

function head(length, headers) {
  const lines = ['POST /workspaces/ws/mcp HTTP/1.1', 'host: x', 'content-type: application/json']
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  return [...lines, `content-length: ${length}`, '', ''].join('\r\n')
}

const HOSTILE = {
  'x-api-key': 'hostile',
  'x-allv-user-id': 'mallory',
  accept: 'application/json, text/event-stream',
}

const sockets = []
/** Sends a request, and never reads. */
function ask(body, headers = {}) {
  const text = JSON.stringify(body)
  const socket = connect({ port, host: '127.0.0.1' }, () =>
    socket.write(head(Buffer.byteLength(text), { ...HOSTILE, ...headers }) + text),
  )
  socket.pause()
  socket.on('error', () => {})
  sockets.push(socket)
}

function modern(method, params, capabilities = {}) {
  const name = params.name ?? params.taskId
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': VERSION,
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  }
  const headers = {
    'mcp-protocol-version': VERSION,
    'mcp-method': method,
    ...(name === undefined ? {} : { 'mcp-name': name }),
  }
  return [{ jsonrpc: '2.0', id: 'i'.repeat(1000), method, params: { ...params, _meta } }, headers]
}

const read = (id) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'agent.read_memory', arguments: { key: 'large' } },
})
const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
const uri = 'allv://workspaces/ws/memory/large'

async function post([body, headers], key = HOSTILE) {
  const response = await fetch(`http://127.0.0.1:${port}/workspaces/ws/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...key, ...headers },
    body: JSON.stringify(body),
  })
  return response.json()
}

const handles = await Promise.all(
  Array.from({ length: 12 }, () => post(modern('tools/call', { name: 'large', arguments: {} }, TASKS))),
)
const taskIds = handles.map(({ result }) => result.taskId)

/** One thing after the other that would bind as much as it can. */
const WAYS = [
  () => ask(read(1)),
  () => ask({ jsonrpc: '2.0', id: 2, method: 'resources/read', params: { uri } }),
  () =>
    ask(
      ...modern(
        'subscriptions/listen',
        { notifications: { toolsListChanged: true, resourceSubscriptions: [uri], taskIds } },
        TASKS,
      ),
    ),
  () => ask(Array.from({ length: 20 }, (_, id) => read(id))),
  () => ask(...modern('tasks/get', { taskId: taskIds[0] }, TASKS)),
  () => ask(...modern('tools/call', { name: 'large', arguments: {} }, TASKS)),
]

let over = false
async function attack() {
  for (let round = 0; round < ROUNDS && ended === null; round += 1) {
    for (let client = 0; client < CLIENTS; client += 1) WAYS[(client + round) % WAYS.length]?.()
    await sleep(200)
  }
  over = true
}

const waits = []
let right = 0
async function other() {
  const key = { 'x-api-key': 'other', 'x-allv-user-id': 'maria', accept: 'application/json' }
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'small', arguments: {} } }
  for (let asked = 0; (asked < OTHERS || !over) && ended === null; asked += 1) {
    const before = performance.now()
    const answer = await post([call, {}], key).catch(() => null)
    waits.push(performance.now() - before)
    if (answer?.result?.content?.[0]?.text === 'here') right += 1
    await sleep(10)
  }
}

await Promise.all([attack(), other()])
const sorted = waits.toSorted((a, b) => a - b)
const p99Ms = Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0)
console.log(
  JSON.stringify({
    ended,
    tasks: taskIds.filter((id) => typeof id === 'string').length,
    asked: waits.length,
    right,
    p99Ms,
  }),
)
for (const socket of sockets) socket.destroy()
host.kill('SIGKILL')
const isLate = process.argv.includes('--in-time') && p99Ms >= 1000
process.exitCode = ended !== null || right < waits.length || isLate ? 1 : 0
