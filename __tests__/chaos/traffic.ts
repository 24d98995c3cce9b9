/** Clients that want each call done once, and repeat it on any node until they know its outcome. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Nodes } from './nodes.js'

export interface Wish {
  readonly token: string
  readonly tool: 'effects.plain' | 'effects.approved'
}

/** The last answer of a client. */
export interface Answered extends Wish {
  readonly answer: 'done' | 'denied' | 'unknown' | 'gave up'
  readonly tries: number
}

export interface Traffic {
  /** Lets every client finish. */
  stop(): Promise<readonly Answered[]>
}

const CLIENTS = 40
const PATIENCE_MS = 60_000

export function startTraffic(nodes: Nodes, key: string): Traffic {
  const answered: Answered[] = []
  let over = false
  const client = async () => {
    while (!over) {
      const wish: Wish = {
        token: crypto.randomUUID(),
        tool: Math.random() < 0.5 ? 'effects.plain' : 'effects.approved',
      }
      answered.push(await fulfil(nodes, key, wish))
    }
  }
  const clients = Array.from({ length: CLIENTS }, client)
  return {
    async stop() {
      over = true
      await Promise.all(clients)
      return answered
    },
  }
}

async function fulfil(nodes: Nodes, key: string, wish: Wish): Promise<Answered> {
  const until = Date.now() + PATIENCE_MS
  for (let tries = 1; Date.now() < until; tries += 1) {
    const answer = await ask(nodes, key, wish)
    if (answer !== 'ask again') return { ...wish, answer, tries }
    await sleep(20)
  }
  return { ...wish, answer: 'gave up', tries: Number.POSITIVE_INFINITY }
}

async function ask(
  nodes: Nodes,
  key: string,
  { token, tool }: Wish,
): Promise<Answered['answer'] | 'ask again'> {
  const up = nodes.up()
  const port = up[Math.floor(Math.random() * up.length)]
  try {
    const response = await fetch(`http://127.0.0.1:${port}/workspaces/ws/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key, 'idempotency-key': token },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: tool, arguments: { token } },
      }),
    })
    return read(await response.text())
  } catch {
    // The node was killed while it worked, or before.
    return 'ask again'
  }
}

function read(text: string): Answered['answer'] | 'ask again' {
  if (text.includes('APPROVAL_DENIED')) return 'denied'
  if (text.includes('OUTCOME_UNKNOWN')) return 'unknown'
  return text.includes('{\\"token\\":') ? 'done' : 'ask again'
}
