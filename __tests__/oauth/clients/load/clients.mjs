/** Each client's way from nothing to the list of tools. What it gives must name the tools of the example. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { freePort } from './example.mjs'

const INITIALIZE = {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'desktop', version: '1' },
}

/** As Claude Desktop starts it. The browser that it would open is the scripted one. */
export async function mcpRemote({ installed, example }) {
  const port = await freePort()
  const program = join(installed, 'node_modules/.bin/mcp-remote')
  const child = spawn(process.execPath, [program, example.endpoint, String(port)], {
    // It finds no browser to open, and then prints the address.
    env: { PATH: '', HOME: example.folder, MCP_REMOTE_CONFIG_DIR: join(example.folder, 'mcp-auth') },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  return talk(child, example, (address) => address.searchParams.get('redirect_uri'))
}

async function talk(child, example, redirectUriOf) {
  const messages = [
    { jsonrpc: '2.0', id: 1, method: 'initialize', params: INITIALIZE },
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', id: 2, method: 'tools/list' },
  ]
  for (const message of messages) child.stdin.write(`${JSON.stringify(message)}\n`)
  let [output, errors, visited] = ['', '', false]
  const listed = new Promise((resolve) => {
    child.stdout.on('data', (chunk) => {
      output += chunk
      if (output.includes('"id":2')) resolve()
    })
  })
  child.stderr.on('data', async (chunk) => {
    errors += chunk
    const [address] = /http:\S+\/auth\?\S+(?=\s)/.exec(errors) ?? []
    if (address === undefined || visited) return
    visited = true
    const url = new URL(address)
    await fetch(await example.browser().visit(url, redirectUriOf(url))).catch(console.error)
  })
  const timeout = AbortSignal.timeout(60_000)
  await Promise.race([listed, once(child, 'exit'), once(timeout, 'abort')])
  if (child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
  return output === '' ? errors : output
}

/** The library of Vercel's AI SDK, with an OAuth provider as its documentation describes one. */
export async function aiSdk({ installed, example }) {
  const { auth, createMCPClient } = await import(join(installed, 'node_modules/@ai-sdk/mcp/dist/index.mjs'))
  const { provider, answer } = createProvider(example)
  const open = () =>
    createMCPClient({ transport: { type: 'http', url: example.endpoint, authProvider: provider } })
  await open().catch(() => {})
  const back = (await answer()).searchParams
  await auth(provider, {
    serverUrl: example.endpoint,
    authorizationCode: back.get('code'),
    callbackState: back.get('state'),
  })
  const client = await open()
  const tools = await client.tools()
  await client.close()
  return JSON.stringify(Object.keys(tools))
}

function createProvider(example) {
  const kept = new Map()
  const keep = (name) => (value) => {
    kept.set(name, value)
  }
  const redirectUrl = 'http://127.0.0.1:3334/callback'
  const provider = {
    redirectUrl,
    clientMetadata: {
      client_name: 'AI SDK',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    state: () => crypto.randomUUID(),
    saveState: keep('state'),
    storedState: () => kept.get('state'),
    clientInformation: () => kept.get('client'),
    saveClientInformation: keep('client'),
    tokens: () => kept.get('tokens'),
    saveTokens: keep('tokens'),
    saveCodeVerifier: keep('verifier'),
    codeVerifier: () => kept.get('verifier'),
    redirectToAuthorization: (address) => keep('answer')(example.browser().visit(address, redirectUrl)),
  }
  return { provider, answer: () => kept.get('answer') }
}
