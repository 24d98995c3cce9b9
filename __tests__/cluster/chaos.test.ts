import { execFileSync } from 'node:child_process'
import { createDatabase } from '../support/databases.js'
import { freePorts, run } from '../support/processes.js'

/** A short `npm run chaos -- 200`: nodes are killed under traffic, and no call runs twice, is lost or stays without an outcome. */

const database = await createDatabase()
afterAll(() => database?.drop())

it('type-checks', () => {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '__tests__/chaos/tsconfig.json'], {
    stdio: 'inherit',
  })
  expect(database === null || URL.canParse(database.url)).toBe(true)
})

if (database !== null) {
  it('kills nodes 25 times at random, and finds no fault', async () => {
    const port = await freePorts(3)
    const env = { DATABASE_URL: database.url, PORT: String(port) }
    const { code, output } = await run('.build/chaos/main.js', env, ['25'])
    expect([code, output]).toEqual([0, expect.stringContaining('no fault')])
    const effects = Number(/approved effects\s*│ (\d+)/.exec(output)?.[1])
    expect(effects).toBeGreaterThan(10)
  }, 180_000)
}
