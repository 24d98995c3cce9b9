/** Leaves the demo's key and password where the example client finds them: a private file of this machine, named by user and port. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

const contents = z.object({ apiKey: z.string(), operatorPassword: z.string() })
export type DemoSecrets = z.infer<typeof contents>

function fileOf(port: number): string {
  return join(tmpdir(), `allv-mcp-demo-${userInfo().uid}-${port}.json`)
}

export function leaveDemoSecrets(port: number, secrets: DemoSecrets): void {
  rmSync(fileOf(port), { force: true })
  writeFileSync(fileOf(port), JSON.stringify(secrets), { mode: 0o600, flag: 'wx' })
}

export function removeDemoSecrets(port: number): void {
  rmSync(fileOf(port), { force: true })
}

/** `null` where no example host has left any. */
export function readDemoSecrets(port: number): DemoSecrets | null {
  try {
    return contents.parse(JSON.parse(readFileSync(fileOf(port), 'utf8')))
  } catch {
    return null
  }
}
