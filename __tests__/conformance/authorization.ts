/** The suite of authorization servers, against that of the example: `npm run example:oauth`, and a scripted browser as the person. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readScenarios, runSuite, type Scenario } from './suite-command.js'

const BUILT = new URL('../examples/', import.meta.url)

/** What this run uses of the example, which is built on its own. */
interface BrowserModule {
  createScriptedBrowser(person: { readonly email: string; readonly password: string }): {
    visit(address: URL, redirectUri: string): Promise<URL>
  }
}

export interface AuthorizationRun {
  readonly scenarios: readonly Scenario[]
  readonly output: string
}

export async function runAuthorizationSuite(): Promise<AuthorizationRun> {
  const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-conformance-'))
  const [port, signInPort, callbackPort] = await freePorts()
  const issuer = `http://127.0.0.1:${signInPort}`
  const example = spawn(process.execPath, [new URL('authorization-server/main.js', BUILT).pathname], {
    env: {
      ...process.env,
      DATABASE_URL: '',
      REDIS_URL: '',
      PORT: String(port),
      ALLV_DEMO_SIGN_IN_PORT: String(signInPort),
      ALLV_DEMO_FOLDER: folder,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await started(example)
    const redirectUri = `http://127.0.0.1:${callbackPort}/callback`
    const clientId = await register(issuer, redirectUri)
    const signIn = await createSignIn(folder, redirectUri)
    const args = ['authorization', '--url', issuer, '--client-id', clientId, '--port', String(callbackPort)]
    const output = await runSuite('conformance-next', args, signIn)
    return { scenarios: readScenarios(output), output }
  } finally {
    const ended = new Promise((resolve) => example.once('exit', resolve))
    if (example.exitCode === null && example.kill()) await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Resolves when it says that people can sign in. */
function started(example: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    example.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('People can sign in')) resolve()
    })
    example.once('exit', () => reject(new Error(`the example did not start:\n${output}`)))
  })
}

async function register(issuer: string, redirectUri: string): Promise<string> {
  const response = await fetch(`${issuer}/reg`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
  })
  const { client_id: id } = (await response.json()) as { readonly client_id: string }
  return id
}

/** The suite prints the address for the person, and waits at its callback. */
async function createSignIn(folder: string, redirectUri: string): Promise<(output: string) => void> {
  const { createScriptedBrowser } = (await import(
    new URL('oauth-client/scripted-browser.js', BUILT).href
  )) as BrowserModule
  const { memberPassword: password } = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8'))
  const browser = createScriptedBrowser({ email: 'maria@acme.test', password })
  const visited = new Set<string>()
  return (output) => {
    for (const [address] of output.matchAll(/http:\S+\/auth\?\S+(?=\s)/g)) {
      if (visited.has(address)) continue
      visited.add(address)
      browser
        .visit(new URL(address), redirectUri)
        .then((back) => fetch(back))
        .catch((error: unknown) => console.error(error))
    }
  }
}

/** Three that nothing uses at the moment. */
async function freePorts(): Promise<readonly number[]> {
  const servers = [createServer(), createServer(), createServer()]
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  for (const server of servers) await new Promise((resolve) => server.close(resolve))
  return ports
}
