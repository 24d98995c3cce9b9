/** Finds out whether the example host runs, before anything is sent to it. */

import { setTimeout as sleep } from 'node:timers/promises'

const STARTING_MS = 60_000
const PAUSE_MS = 250

/** Resolves when the host is ready, and waits while it starts. Throws a sentence if nothing answers. */
export async function hostReady(origin: string): Promise<void> {
  for (let waited = 0; waited < STARTING_MS; waited += PAUSE_MS) {
    const { ok, status } = await fetch(`${origin}/healthz`).catch((error: unknown) => {
      throw new Error(`nothing answers at ${origin}. Is "npm start" running, with the same PORT?`, {
        cause: error,
      })
    })
    if (ok) return
    if (status !== 503) throw new Error(`what answers at ${origin} is not the example host; check PORT`)
    if (waited === 0) console.log('The host is starting; waiting for it.')
    await sleep(PAUSE_MS)
  }
  throw new Error(`the host at ${origin} has not started within ${STARTING_MS / 1000} seconds`)
}
