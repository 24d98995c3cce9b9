/** Starts the example host: `npm start`. */

import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { generateApiKey } from 'allv-mcp'
import { createHostApp } from './app.js'
import { claudeCommand, curlCommand, cursorConfig } from './client-config.js'
import { leaveDemoSecrets, removeDemoSecrets } from './demo-file.js'

const { env } = process
const port = Number(env['PORT'] ?? 3000)
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
server.listen(port, '127.0.0.1', () => {
  leaveDemoSecrets(port, { apiKey: keys.ws_acme, operatorPassword })
  greet()
})
server.on('error', (error) => {
  console.error(`cannot listen on ${origin}: ${error.message}. Set PORT to a free port.`)
  process.exitCode = 1
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())

async function stop(): Promise<void> {
  removeDemoSecrets(port)
  server.close()
  await mcp.close()
  server.closeAllConnections()
}

function greet(): void {
  const acme = {
    endpoint: `${origin}/api/workspaces/ws_acme/mcp`,
    apiKey: keys.ws_acme,
    memberEmail: 'maria@acme.test',
  }
  console.log(`
Sales workspace at ${origin} (everything is in memory and gone when it stops)

  MCP endpoint   ${acme.endpoint}
  API key        ${keys.ws_acme}   (acme: ada, maria, omar @acme.test)
  MCP endpoint   ${origin}/api/workspaces/ws_globex/mcp
  API key        ${keys.ws_globex}   (globex: grace, lin @globex.test)
  Approvals      ${origin}/approvals   (operator / ${operatorPassword})

Cursor, in .cursor/mcp.json:
${cursorConfig(acme)}

Claude Code:
${claudeCommand(acme)}

curl:
${curlCommand(acme)}

Now run "npm run example:client" in a second shell.
`)
}
