/** Starts the example host as several nodes on one PostgreSQL, behind a proxy without stickiness: `npm run example:cluster -- 3`. */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { openDatabase } from './database.js'
import { greeting } from './greeting.js'
import { HOST_HELP } from './help.js'
import { type KeptSecrets, keepSecrets } from './kept-secrets.js'
import { createRoundRobin } from './round-robin.js'
import { readSettings, type Settings } from './settings.js'

await run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})

async function run(): Promise<void> {
  const settings = readSettings(['fresh', 'count'])
  if (settings.help) console.log(HOST_HELP)
  else await start(settings)
}

async function start(settings: Settings): Promise<void> {
  const count = nodeCount(settings)
  const { port, origin, databaseUrl } = settings
  if (databaseUrl === null)
    throw new Error(
      'nodes share a database: set DATABASE_URL, such as postgres://postgres@127.0.0.1:5432/test',
    )
  const secrets = keepSecrets(settings)
  const database = await openDatabase({ ...settings, url: databaseUrl })
  await database.close()
  const ports = Array.from({ length: count }, (_, i) => port + 1 + i)
  const nodes = ports.map((nodePort) => startNode(nodePort, settings, secrets))
  await Promise.all(nodes.map(ready))
  const proxy = createRoundRobin(ports)
  const stop = () => {
    proxy.close()
    proxy.closeAllConnections()
    for (const node of nodes) node.kill('SIGTERM')
  }
  proxy.listen(port, '127.0.0.1', () => {
    console.log(greeting({ ...secrets, origin, place: database.place }))
    console.log(`${count} nodes answer in turn, on ports ${ports.join(', ')}.`)
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
}

function nodeCount({ count: given }: Settings): number {
  const count = Number(given ?? 3)
  if (!Number.isInteger(count) || count < 1 || count > 20)
    throw new Error('the number of nodes must be from 1 to 20: npm run example:cluster -- 3')
  return count
}

/** All nodes have the same secrets, and name the proxy in their links. */
function startNode(
  port: number,
  { origin }: Settings,
  { keys, operatorPassword, memberPassword, secret }: KeptSecrets,
): ChildProcess {
  const node = fork(new URL('./main.js', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      PORT: String(port),
      ALLV_DEMO_ORIGIN: origin,
      ALLV_DEMO_API_KEY: keys.ws_acme,
      ALLV_DEMO_API_KEY_GLOBEX: keys.ws_globex,
      ALLV_DEMO_OPERATOR_PASSWORD: operatorPassword,
      ALLV_DEMO_MEMBER_PASSWORD: memberPassword,
      ALLV_MCP_SECRET: secret,
    },
  })
  node.once('exit', (code) => console.error(`the node on port ${port} ended with ${code ?? 'a signal'}`))
  return node
}

/** A node that ends before it is ready ends the start; the others end when this process is gone. */
async function ready(node: ChildProcess): Promise<void> {
  const [event] = await Promise.race([once(node, 'message'), once(node, 'exit').then(() => [null])])
  if (event !== 'ready') throw new Error('a node did not start')
}
