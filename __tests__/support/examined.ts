/** Examines hosts of tests as a client of the acme workspace, and tells what was found. */

import { examine, type Result } from '../../lib/cli/doctor/examination/examine.js'
import type { ExamineOptions } from '../../lib/cli/doctor/kit/target.js'
import { type Fault, startProxy } from './faulty-proxy.js'
import { listen } from './http.js'
import { createWorld, KEYS, type WorldOptions } from './world.js'

export const PATH = '/api/workspaces/ws_acme/mcp'
export const ORIGIN = 'https://app.acme.test'

/** A busy machine is not slow by itself. */
export const AS_MARIA: ExamineOptions = { key: KEYS.acme, member: 'maria@acme.test', slowMs: 8000 }

export async function resultsOf(url: string, options: ExamineOptions): Promise<readonly Result[]> {
  const results: Result[] = []
  for await (const result of examine(new URL(url), options)) results.push(result)
  return results
}

/** The ids with a status. */
export function idsWith(status: Result['status'], results: readonly Result[]): readonly string[] {
  return results.filter((one) => one.status === status).map(({ id }) => id)
}

/** What of a report is worth reading where a test fails: each result that is neither passed nor skipped. */
export function findings(results: readonly Result[]): readonly string[] {
  return results
    .filter(({ status }) => status === 'fail' || status === 'warn')
    .map(({ id, status, seen }) => `${status} ${id}: ${seen}`)
}

export interface Planted {
  readonly fault?: Fault
  readonly world?: WorldOptions
  readonly options?: ExamineOptions
  readonly path?: string
}

/** Examines a world behind a proxy that does something wrong. */
export async function examinePlanted({
  fault = {},
  world = {},
  options = {},
  path = PATH,
}: Planted): Promise<{
  readonly results: readonly Result[]
  readonly came: readonly string[]
}> {
  const running = await listen(createWorld({ allowedOrigins: [ORIGIN], ...world }))
  const proxy = await startProxy(running.port, fault)
  try {
    return {
      results: await resultsOf(`${proxy.origin}${path}`, { ...AS_MARIA, ...options }),
      came: proxy.came,
    }
  } finally {
    proxy.close()
    await running.close()
  }
}
