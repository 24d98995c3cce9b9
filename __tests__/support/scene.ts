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

export async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !holds(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(holds()).toBe(true)
}
