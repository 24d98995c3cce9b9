import { setTimeout as sleep } from 'node:timers/promises'
import { defineTool } from 'allv-mcp'
import { modern, open } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { createWorld } from './support/world.js'

/** A client that disconnects before it got the task can never poll it, so the tool stops. */

const start = scenes()
const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
/** The handle goes out a tenth of a second after the tool began: on a busy machine the client may be too late. */
const TRIES = 20

it('stops the tool of a client that disconnected before it got the task', async () => {
  let began = 0
  const slow = defineTool({
    name: 'slow.task',
    description: 'Takes its time, and stops when it is told to.',
    input: { type: 'object' },
    taskSupport: 'optional',
    async run(_, { signal }) {
      began += 1
      await sleep(60_000, undefined, { signal, ref: false })
      return 'done'
    },
  })
  const { world, running } = await start(createWorld({ tools: [slow], rateLimit: false }))
  const statuses = () => world.adapters.runs.all().map(({ status }) => status)
  const request = modern('tools/call', { name: 'slow.task', arguments: {} }, TASKS)
  for (let tries = 1; tries <= TRIES && !statuses().includes('cancelled'); tries += 1) {
    const gone = new AbortController()
    const answer = open(running, { ...request, signal: gone.signal })
      .then((response) => response.text())
      .catch(() => 'gone')
    await until(() => began === tries)
    gone.abort()
    const left = running.left()
    // Either the handle was out, or the server sees the client go.
    if ((await answer) === 'gone') await until(() => running.left() >= left)
    for (let looks = 0; looks < 20 && !statuses().includes('cancelled'); looks += 1) await sleep(10)
  }
  expect(statuses()).toContain('cancelled')
})
