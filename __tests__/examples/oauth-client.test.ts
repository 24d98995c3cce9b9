import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createScriptedBrowser } from '../../examples/oauth-client/scripted-browser.js'
import { answered, type Environment, freePort, outputOf, run, start, stopped } from '../support/processes.js'

/** Real processes: what `npm run example:oauth` and `npm run example:oauth:client` run, after their build. */

const HOST = '.build/examples/authorization-server/main.js'
const CLIENT = '.build/examples/oauth-client/main.js'
const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-example-oauth-'))
const password = () => JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')).memberPassword

let host: ChildProcess
let settings: Environment

async function startHost() {
  host = start(HOST, settings)
  await answered(`http://127.0.0.1:${settings['PORT']}/healthz`)
}

beforeAll(async () => {
  settings = {
    PORT: String(await freePort()),
    ALLV_DEMO_SIGN_IN_PORT: String(await freePort()),
    ALLV_DEMO_FOLDER: folder,
  }
  await startHost()
})
afterAll(async () => {
  expect(await stopped(host)).toBe(0)
  rmSync(folder, { recursive: true, force: true })
})

const STEPS = [
  /Connected to .*\/mcp\/oauth, in protocol version 2026-07-28\./,
  /finds Giant magnet\./,
  /The client refreshed it, and nobody had to sign in\./,
  /The person gave it, and the deal is deal_/,
  /Approved\. The call ran, and the deal is gone\.\nAll done\.\n$/,
]

it('goes through sign-in, call, refresh, further permission and approval by itself with --auto', async () => {
  const { code, output } = await run(CLIENT, settings, ['--auto'])
  for (const step of STEPS) expect(output).toMatch(step)
  expect(code).toBe(0)
})

it('waits for a person in a browser, who signs in and allows the client', async () => {
  const client = start(CLIENT, settings)
  const output = outputOf(client)
  const [, address = ''] = await output.match(/what the page says:\n\n {2}(http\S+)/)
  const browser = createScriptedBrowser({ email: 'maria@acme.test', password: password() })
  const back = await browser.visit(new URL(address), 'http://127.0.0.1:NONE').catch(() => null)
  expect(back).toBeNull()
  expect(browser.pages.at(-1)).toBe('Done. Go back to the terminal.')
  await output.match(/nobody had to sign in/)
  await stopped(client)
})

it('signs nobody out when it starts again', async () => {
  const registered = await register()
  await stopped(host)
  await startHost()
  const params = { client_id: registered, response_type: 'code', redirect_uri: 'http://127.0.0.1:9/callback' }
  const challenge = {
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  }
  const url = new URL(`http://127.0.0.1:${settings['ALLV_DEMO_SIGN_IN_PORT']}/auth`)
  url.search = new URLSearchParams({ ...params, ...challenge }).toString()
  const { status, headers } = await fetch(url, { redirect: 'manual' })
  expect([status, headers.get('location')]).toEqual([303, expect.stringMatching(/^\/interaction\//)])
})

async function register(): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${settings['ALLV_DEMO_SIGN_IN_PORT']}/reg`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      redirect_uris: ['http://127.0.0.1:9/callback'],
      token_endpoint_auth_method: 'none',
    }),
  })
  const { client_id: id } = (await response.json()) as { readonly client_id: string }
  return id
}

it('says that a port is taken, and which setting names another', async () => {
  const taken = { ...settings, PORT: String(await freePort()), ALLV_DEMO_FOLDER: join(folder, 'other') }
  const { code, output } = await run(HOST, taken)
  expect([code, output]).toEqual([
    1,
    expect.stringMatching(/cannot listen on .*set ALLV_DEMO_SIGN_IN_PORT to a free port\n$/),
  ])
})
