/** Where the browser comes back to: an address of this program, open while it runs. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Callback {
  readonly redirectUri: string
  /** Resolves with the query of the next visit whose `state` is this one. */
  next(state: string): Promise<URLSearchParams>
  close(): void
}

export async function openCallback(): Promise<Callback> {
  const waiting = new Map<string, (query: URLSearchParams) => void>()
  const server = createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '', 'http://127.0.0.1')
    const found = pathname === '/callback' ? waiting.get(searchParams.get('state') ?? '') : undefined
    res.writeHead(found === undefined ? 404 : 200, { 'content-type': 'text/plain', connection: 'close' })
    res.end(found === undefined ? 'Nothing waits for this.' : 'Done. Go back to the terminal.')
    found?.(searchParams)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    redirectUri: `http://127.0.0.1:${port}/callback`,
    next: (state) =>
      new Promise((resolve) => {
        waiting.set(state, (query) => {
          waiting.delete(state)
          resolve(query)
        })
      }),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
