/** Nodes in separate processes, with the clock offsets that a test sets. */

import type { ChildProcess } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import type { TestDatabase } from './databases.js'
import { type Answered, type Ask, messagesIn } from './http.js'
import { freePort, start, stopped } from './processes.js'

export interface ClockNode {
  readonly name: string
  post(apiKey: string, ask: Pick<Ask, 'headers' | 'body'>): Promise<Answered>
  stop(): Promise<unknown>
}

/** On the database's schema; its clock is `offsetMs` ahead of this process's. */
export async function startNode(
  { url, schema }: TestDatabase,
  name: string,
  offsetMs: number,
): Promise<ClockNode> {
  const port = await freePort()
  const child = start('__tests__/clocks/node.mjs', {
    NODE_OPTIONS: `--import ${pathToFileURL('__tests__/clocks/shift.mjs').href}`,
    CLOCK_OFFSET_MS: String(offsetMs),
    PORT: String(port),
    DATABASE_URL: url,
    SCHEMA: schema,
  })
  await listening(child)
  const endpoint = `http://127.0.0.1:${port}/api/workspaces/ws_acme/mcp`
  return {
    name,
    post: async (apiKey, { headers = {}, body }) => {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'x-api-key': apiKey,
          'x-allv-user-id': 'mem_maria',
          ...headers,
        },
        body: JSON.stringify(body),
      })
      const text = await response.text()
      const messages = messagesIn(text, response.headers.get('content-type') ?? '')
      return {
        status: response.status,
        headers: response.headers,
        text,
        messages,
        json: messages.at(-1) ?? {},
      }
    },
    stop: () => stopped(child),
  }
}

function listening(child: ChildProcess): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', () => resolve())
    child.once('exit', (code) => reject(new Error(`the node ended with ${code}: ${said}`)))
  })
}
