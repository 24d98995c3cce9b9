/** A world that listens, and that is closed after its test even when an expectation failed half-way. */

import { listen, type Running } from './http.js'
import { createWorld, type World, type WorldOptions } from './world.js'

export interface Scene {
  readonly world: World
  readonly running: Running
}

/** Call it once at the top of a test file. */
export function scenes(): (options?: WorldOptions | World) => Promise<Scene> {
  const open: Running[] = []
  afterEach(async () => {
    for (const running of open.splice(0)) await running.close()
  })
  return async (given = {}) => {
    const world = 'executions' in given ? given : createWorld(given)
    const running = await listen(world)
    open.push(running)
    return { world, running }
  }
}

/** As long as a busy machine may take; what never comes true fails here, and says where. */
const PATIENCE_MS = 60_000

/** Resolves once `holds` says so. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  let held = await holds()
  while (!held && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    held = await holds()
  }
  expect(held).toBe(true)
}
