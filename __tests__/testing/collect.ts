/** The smallest runner: runs the cases of a suite at once, and gives the titles of those that failed. */

import type { ContractRunner } from 'allv-mcp/testing'

export type Suite = (runner: ContractRunner) => void

function collect(suite: Suite): readonly (readonly [string, () => Promise<void>])[] {
  const cases: [string, () => Promise<void>][] = []
  suite({ describe: (_, body) => body(), it: (title, body) => void cases.push([title, body]) })
  return cases
}

export function titlesOf(suite: Suite): readonly string[] {
  return collect(suite).map(([title]) => title)
}

export async function failuresOf(suite: Suite): Promise<readonly string[]> {
  const failed = collect(suite).map(async ([title, body]) => {
    try {
      await body()
      return []
    } catch {
      return [title]
    }
  })
  return (await Promise.all(failed)).flat()
}

/** An adapter that breaks a promise, and the beginning of the title of the case that must notice. */
export interface Broken {
  readonly adapter: string
  readonly suite: Suite
  readonly notices: string
}

/** Lets others act between a read and a change, as a store without transactions does. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
