/** Where the example connects to: the environment, or what `npm start` left on this machine. */

import { readDemoSecrets } from '../host/demo-file.js'

export interface Approvals {
  /** `http://127.0.0.1:3000/approvals` */
  readonly url: string
  readonly password: string
}

export interface ClientConnection {
  readonly endpoint: string
  readonly apiKey: string
  readonly memberEmail: string
  readonly approvals: Approvals
}

export function connectionFromEnvironment({ env } = process): ClientConnection {
  const url = env['ALLV_URL'] ?? `http://127.0.0.1:${env['PORT'] ?? 3000}`
  if (!URL.canParse(url)) throw new Error(`${url} is no URL; set ALLV_URL to where the example host is`)
  const { origin, port } = new URL(url)
  const left = readDemoSecrets(Number(port))
  const apiKey = env['ALLV_API_KEY'] ?? env['ALLV_DEMO_API_KEY'] ?? left?.apiKey
  const password = env['ALLV_DEMO_OPERATOR_PASSWORD'] ?? left?.operatorPassword
  if (apiKey === undefined || password === undefined) {
    throw new Error(
      `no example host has left its key for ${origin}; run "npm start" first, or set ALLV_API_KEY and ALLV_DEMO_OPERATOR_PASSWORD`,
    )
  }
  return {
    endpoint: `${origin}/api/workspaces/ws_acme/mcp`,
    apiKey,
    memberEmail: env['ALLV_MEMBER_EMAIL'] ?? 'maria@acme.test',
    approvals: { url: `${origin}/approvals`, password },
  }
}
