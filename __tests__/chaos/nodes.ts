/** Nodes that are killed without warning and started again. */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Nodes {
  /** Ports of the nodes that listen now. */
  up(): readonly number[]
  /** `kill -9` for one of those that listen, at a random time from now; it starts again. Gives its port. */
  killOne(): Promise<number>
  killAll(): Promise<void>
}

interface Node {
  readonly port: number
  child: ChildProcess
  listens: boolean
}

export async function startNodes(ports: readonly number[], env: NodeJS.ProcessEnv): Promise<Nodes> {
  const nodes = await Promise.all(ports.map((port) => startNode(port, env)))
  let over = false
  const restart = async (node: Node) => {
    const next = await startNode(node.port, env)
    node.child = next.child
    node.listens = true
    if (over) node.child.kill('SIGKILL')
  }
  const killOne = async (): Promise<number> => {
    await sleep(Math.random() * 200)
    const up = nodes.filter(({ listens }) => listens)
    const node = up[Math.floor(Math.random() * up.length)]
    // One stays, so that there is traffic.
    if (node === undefined || up.length === 1) return killOne()
    node.listens = false
    node.child.kill('SIGKILL')
    void restart(node)
    return node.port
  }
  return {
    up: () => nodes.filter(({ listens }) => listens).map(({ port }) => port),
    killOne,
    async killAll() {
      over = true
      await Promise.all(
        nodes.map(async ({ child }) => {
          if (child.exitCode !== null || child.signalCode !== null) return
          const ended = once(child, 'exit')
          child.kill('SIGKILL')
          await ended
        }),
      )
    },
  }
}

async function startNode(port: number, env: NodeJS.ProcessEnv): Promise<Node> {
  const child = fork(new URL('./node.js', import.meta.url), { env: { ...env, PORT: String(port) } })
  const ended = once(child, 'exit').then(() => {
    throw new Error('a node ended before it listened')
  })
  await Promise.race([once(child, 'message'), ended])
  // Later it may end as it likes.
  ended.catch(() => {})
  return { port, child, listens: true }
}
