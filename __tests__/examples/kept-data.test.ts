import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answered, freePort, run, start, stopped } from '../support/processes.js'

/** What `npm start` keeps between two starts. */

const HOST = '.build/examples/host/main.js'
const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-kept-'))
const running: ChildProcess[] = []
afterAll(async () => {
  for (const host of running) await stopped(host, 'SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const port = await freePort()
const origin = `http://127.0.0.1:${port}`

async function startHost(...args: string[]): Promise<ChildProcess> {
  const host = start(HOST, { PORT: String(port), ALLV_DEMO_FOLDER: folder }, args)
  running.push(host)
  await answered(`${origin}/healthz`)
  return host
}

const secrets = () => JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8'))

async function call(name: string, args: object) {
  const response = await fetch(`${origin}/api/workspaces/ws_acme/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': secrets().keys.ws_acme,
      'x-allv-user-email': 'maria@acme.test',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
  })
  return JSON.parse(await response.text()).result.structuredContent
}
const titles = async () => (await call('deals_search', {})).deals.map(({ title }: { title: string }) => title)

it('keeps deals, memory and keys after a stop and after a kill, and removes them on request', async () => {
  const first = await startHost()
  const { keys } = secrets()
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600)
  await call('deals_create', { title: 'Kept', amount: 1 })
  await call('agent_update_memory', { key: 'notes/kept', text: 'for ever' })
  expect(await stopped(first)).toBe(0)

  const second = await startHost()
  expect(secrets().keys).toEqual(keys)
  expect(await titles()).toEqual(expect.arrayContaining(['Kept', 'Rocket skates']))
  expect(JSON.stringify(await call('agent_read_memory', { key: 'notes/kept' }))).toContain('for ever')
  await call('deals_create', { title: 'Kept too', amount: 1 })
  await stopped(second, 'SIGKILL')

  const third = await startHost()
  expect(await titles()).toEqual(expect.arrayContaining(['Kept', 'Kept too']))
  const beside = await run(HOST, { PORT: String(await freePort()), ALLV_DEMO_FOLDER: folder })
  expect([beside.code, beside.output]).toEqual([
    1,
    expect.stringMatching(/^process \d+ works in .*ALLV_DEMO_FOLDER/m),
  ])
  expect(await stopped(third)).toBe(0)

  const fresh = await startHost('--fresh')
  expect(secrets().keys).not.toEqual(keys)
  expect(await titles()).toHaveLength(4)
  expect(await stopped(fresh)).toBe(0)
}, 180_000)
