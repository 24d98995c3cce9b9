/** The built example with its authorization server, in a folder of its own: `npm run example:oauth`. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const { createScriptedBrowser } = await import(resolve('.build/examples/oauth-client/scripted-browser.js'))

export async function startExample() {
  const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-sign-in-'))
  const [port, signInPort] = [await freePort(), await freePort()]
  const example = spawn(process.execPath, [resolve('.build/examples/authorization-server/main.js')], {
    env: {
      ...process.env,
      DATABASE_URL: '',
      REDIS_URL: '',
      PORT: String(port),
      ALLV_DEMO_SIGN_IN_PORT: String(signInPort),
      ALLV_DEMO_FOLDER: folder,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let output = ''
  for await (const chunk of example.stdout) {
    output += chunk
    if (output.includes('Settings, and how to begin anew')) break
  }
  if (!output.includes('People can sign in')) throw new Error(`the example did not start:\n${output}`)
  const { memberPassword: password } = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8'))
  return {
    folder,
    endpoint: `http://127.0.0.1:${port}/api/workspaces/ws_acme/mcp/oauth`,
    browser: () => createScriptedBrowser({ email: 'maria@acme.test', password }),
    async close() {
      const ended = once(example, 'exit')
      if (example.exitCode === null && example.kill()) await ended
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    },
  }
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
