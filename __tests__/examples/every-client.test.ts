import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientsOf, takeAllSteps } from '../support/client-steps.js'
import { answered, freePort, start, stopped } from '../support/processes.js'

/** The example host as a process of its own, and real clients. */

const KEY = 'sk_test_every_client'
const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-every-client-'))
let host: ChildProcess
let origin: string

beforeAll(async () => {
  const port = await freePort()
  origin = `http://127.0.0.1:${port}`
  host = start('.build/examples/host/main.js', {
    PORT: String(port),
    ALLV_DEMO_API_KEY: KEY,
    ALLV_DEMO_OPERATOR_PASSWORD: 'letmein',
    ALLV_DEMO_FOLDER: folder,
  })
  await answered(`${origin}/healthz`)
})
afterAll(async () => {
  expect(await stopped(host)).toBe(0)
  rmSync(folder, { recursive: true, force: true })
})

it.each(clientsOf(KEY))('serves the same to the %s client', async (name, connect) => {
  await takeAllSteps(name, origin, await connect(origin))
})
