/** Loaded into every measured server by `--import`. It reports the used processor time and memory. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Question, Usage } from './messages.js'

process.on('message', (question: Question) => {
  if (question === 'usage') process.send?.(usage())
  if (question === 'settled usage') void settle().then(() => process.send?.(usage()))
})
process.on('disconnect', () => process.exit())

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  const { heapUsed, rss } = process.memoryUsage()
  return { cpu: user + system, heap: heapUsed, resident: rss }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc?.()
    await sleep(50)
  }
}
