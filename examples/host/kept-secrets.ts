/** The demo's keys and passwords, beside its data and as private, so that clients that were set up once go on working. */

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateApiKey } from 'allv-mcp'
import { z } from 'zod'

const contents = z.object({
  keys: z.object({ ws_acme: z.string(), ws_globex: z.string() }),
  operatorPassword: z.string(),
  memberPassword: z.string(),
  secret: z.string(),
  /** Of the authorization server: signs access tokens. */
  signingKey: z.record(z.string(), z.string()),
})
export type KeptSecrets = Readonly<z.infer<typeof contents>>

/** What the environment gives comes first, and is written nowhere: a real app has nothing but that. */
export function keepSecrets(
  { folder, fresh }: { readonly folder: string; readonly fresh: boolean },
  { env } = process,
): KeptSecrets {
  if (fresh) rmSync(fileIn(folder), { force: true })
  const kept = keepWhole(folder)
  return {
    keys: {
      ws_acme: env['ALLV_DEMO_API_KEY'] || kept.keys.ws_acme,
      ws_globex: env['ALLV_DEMO_API_KEY_GLOBEX'] || kept.keys.ws_globex,
    },
    operatorPassword: env['ALLV_DEMO_OPERATOR_PASSWORD'] || kept.operatorPassword,
    memberPassword: env['ALLV_DEMO_MEMBER_PASSWORD'] || kept.memberPassword,
    secret: env['ALLV_MCP_SECRET'] || kept.secret,
    signingKey: kept.signingKey,
  }
}

export interface FoundSecrets {
  /** The key of Acme. */
  readonly apiKey: string | null
  readonly operatorPassword: string | null
  readonly memberPassword: string | null
}

/** What `keepSecrets` uses in the same folder and environment, for the example client. Makes nothing: `null` for what is not there. */
export function findSecrets(folder: string, { env } = process): FoundSecrets {
  const kept = readKept(folder)
  return {
    apiKey: env['ALLV_DEMO_API_KEY'] || kept.keys?.ws_acme || null,
    operatorPassword: env['ALLV_DEMO_OPERATOR_PASSWORD'] || kept.operatorPassword || null,
    memberPassword: env['ALLV_DEMO_MEMBER_PASSWORD'] || kept.memberPassword || null,
  }
}

function fileIn(folder: string): string {
  return join(folder, 'secrets.json')
}

/** Keeps what is there, and makes what an earlier version of the demo did not have yet. */
function keepWhole(folder: string): KeptSecrets {
  const found = readKept(folder)
  const kept = { ...make(), ...found }
  if (Object.keys(kept).some((name) => !Object.hasOwn(found, name))) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(fileIn(folder), JSON.stringify(kept), { mode: 0o600 })
  }
  return kept
}

function make(): KeptSecrets {
  const key = () => generateApiKey({ mode: 'test' }).key
  const password = () => randomBytes(9).toString('base64url')
  return {
    keys: { ws_acme: key(), ws_globex: key() },
    operatorPassword: password(),
    memberPassword: password(),
    secret: randomBytes(32).toString('hex'),
    signingKey: makeSigningKey(),
  }
}

function makeSigningKey(): KeptSecrets['signingKey'] {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  return {
    ...z.record(z.string(), z.string()).parse(jwk),
    alg: 'ES256',
    use: 'sig',
    kid: randomBytes(6).toString('hex'),
  }
}

function readKept(folder: string): Partial<KeptSecrets> {
  try {
    return contents.exactPartial().parse(JSON.parse(readFileSync(fileIn(folder), 'utf8')))
  } catch {
    return {}
  }
}
