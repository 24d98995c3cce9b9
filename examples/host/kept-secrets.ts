/** The demo's keys and passwords, beside its data and as private, so that clients that were set up once go on working. */

import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateApiKey } from 'allv-mcp'
import { z } from 'zod'

const contents = z.object({
  keys: z.object({ ws_acme: z.string(), ws_globex: z.string() }),
  operatorPassword: z.string(),
  secret: z.string(),
})
export type KeptSecrets = Readonly<z.infer<typeof contents>>

/** What the environment gives comes first, and is written nowhere: a real app has nothing but that. */
export function keepSecrets(
  { folder, fresh }: { readonly folder: string; readonly fresh: boolean },
  { env } = process,
): KeptSecrets {
  const file = join(folder, 'secrets.json')
  if (fresh) rmSync(file, { force: true })
  const kept = readKept(file) ?? makeAndKeep(folder, file)
  return {
    keys: {
      ws_acme: env['ALLV_DEMO_API_KEY'] ?? kept.keys.ws_acme,
      ws_globex: env['ALLV_DEMO_API_KEY_GLOBEX'] ?? kept.keys.ws_globex,
    },
    operatorPassword: env['ALLV_DEMO_OPERATOR_PASSWORD'] ?? kept.operatorPassword,
    secret: env['ALLV_MCP_SECRET'] ?? kept.secret,
  }
}

function makeAndKeep(folder: string, file: string): KeptSecrets {
  const made: KeptSecrets = {
    keys: {
      ws_acme: generateApiKey({ mode: 'test' }).key,
      ws_globex: generateApiKey({ mode: 'test' }).key,
    },
    operatorPassword: randomBytes(9).toString('base64url'),
    secret: randomBytes(32).toString('hex'),
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, JSON.stringify(made), { mode: 0o600 })
  return made
}

function readKept(file: string): KeptSecrets | null {
  try {
    return contents.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}
