/** Starts the app under verification in this process, and serves it on a free port. */

import { createServer, type Server } from 'node:http'
import type { Probe, VerifiedApp, VerifiedHost } from '../../testing/index.js'
import { NotGiven } from './case.js'

/** An app that serves. */
export interface OpenApp {
  /** The URL of the mount point. */
  readonly url: string
  readonly app: Omit<VerifiedApp, 'app' | 'mount'>
  close(): Promise<void>
}

export async function openApp(host: VerifiedHost, probe: Probe): Promise<OpenApp> {
  const app = await host.start(probe)
  for (const name of ['addMember', 'issueKey'] as const)
    if (typeof app[name] !== 'function')
      throw new TypeError(`host.start gives no ${name}; the verification needs it`)
  if (typeof app.app === 'string') {
    const url = app.app.replace(/\/$/, '')
    return { url, app, close: async () => app.close?.() }
  }
  const { origin, close } = await serve(app.app)
  return {
    url: `${origin}${(app.mount ?? '').replace(/\/$/, '')}`,
    app,
    async close() {
      await close()
      await app.close?.()
    },
  }
}

async function serve(listener: Exclude<VerifiedApp['app'], string>) {
  const server = createServer((req, res) => {
    listener(req, res, () => {
      res.statusCode = 404
      res.end('the app has no such path; check mount')
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve())
  })
  return { origin: `http://127.0.0.1:${portOf(server)}`, close: () => closed(server) }
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port')
  return address.port
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** A function of the app that a case needs. */
export function given<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw new NotGiven(`host.start gives no ${name}`)
  return part
}
