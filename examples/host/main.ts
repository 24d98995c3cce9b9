/** Starts the example host: `npm start`. */

import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { generateApiKey } from 'allv-mcp'
import { createHostApp } from './app.js'
import {
  type Connection,
  CURSOR_KEY_FROM_ENV,
  claudeCommand,
  curlCommand,
  cursorConfig,
} from './client-config.js'
import { leaveDemoSecrets, removeDemoSecrets } from './demo-file.js'

const { env } = process
const port = Number(env['PORT'] ?? 3000)
if (!Number.isInteger(port) || port < 1 || port > 65_535) stopWith('PORT must be a number from 1 to 65535')

const origin = `http://127.0.0.1:${port}`
const keys = {
  ws_acme: env['ALLV_DEMO_API_KEY'] ?? generateApiKey({ mode: 'test' }).key,
  ws_globex: env['ALLV_DEMO_API_KEY_GLOBEX'] ?? generateApiKey({ mode: 'test' }).key,
}
const operatorPassword = env['ALLV_DEMO_OPERATOR_PASSWORD'] ?? randomBytes(9).toString('base64url')
const { app, mcp } = createHostApp({
  keys,
  operatorPassword,
  publicUrl: `${origin}/api`,
  secret: env['ALLV_MCP_SECRET'] ?? randomBytes(32).toString('hex'),
})

const server = createServer(app)
server.on('error', ({ message }) =>
  stopWith(`cannot listen on ${origin} (${message}); set PORT to a free port`),
)
server.listen(port, '127.0.0.1', () => {
  leaveDemoSecrets(port, { apiKey: keys.ws_acme, operatorPassword })
  console.log(greeting())
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())

/** Takes no new calls, lets the running ones finish, and leaves nothing behind. */
async function stop(): Promise<void> {
  removeDemoSecrets(port)
  server.close()
  await mcp.close()
  server.closeAllConnections()
}

function stopWith(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}

function greeting(): string {
  const acme: Connection = {
    endpoint: `${origin}/api/workspaces/ws_acme/mcp`,
    apiKey: keys.ws_acme,
    memberEmail: 'maria@acme.test',
  }
  return `
Sales workspace at ${origin} (everything is in memory, and gone when it stops)

  Acme        ${acme.endpoint}
    key       ${keys.ws_acme}
    members   ada@acme.test (admin), maria@acme.test, omar@acme.test
  Globex      ${origin}/api/workspaces/ws_globex/mcp
    key       ${keys.ws_globex}
    members   grace@globex.test (admin), lin@globex.test
  Approvals   ${origin}/approvals
    sign in   operator / ${operatorPassword}

Cursor, in .cursor/mcp.json:
${cursorConfig(acme)}
In a file that others see, write "Bearer ${CURSOR_KEY_FROM_ENV}" in place of the key.

Claude Code:
${claudeCommand(acme)}

curl:
${curlCommand(acme)}

Now run "npm run example:client" in a second shell.
`
}
