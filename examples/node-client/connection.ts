/** Where the example client connects to: what `npm start` reads and keeps, read in the same way. */

import { findSecrets } from '../host/kept-secrets.js'
import { readPlace } from '../host/settings.js'

export interface ClientConnection {
  /** Of the app. */
  readonly origin: string
  /** Of the workspace Acme. */
  readonly endpoint: string
  readonly apiKey: string
  readonly memberEmail: string
  /** `null` if the folder holds none. */
  readonly operatorPassword: string | null
}

/** Throws a sentence if there is no key. */
export function readConnection({ env } = process): ClientConnection {
  const { origin, folder } = readPlace(env)
  const { apiKey, operatorPassword } = findSecrets(folder, { ...process, env })
  if (apiKey === null)
    throw new Error(
      `there is no key in ${folder}; run "npm start" first. If the host runs with other settings, set the same ones here: ALLV_DEMO_FOLDER or ALLV_DEMO_API_KEY`,
    )
  return {
    origin,
    endpoint: `${origin}/api/workspaces/ws_acme/mcp`,
    apiKey,
    memberEmail: env['ALLV_MEMBER_EMAIL'] || 'maria@acme.test',
    operatorPassword,
  }
}
