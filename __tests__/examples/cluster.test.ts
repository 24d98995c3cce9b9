import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, findRedis } from '../support/databases.js'
import { answered, freePorts, run, start, stopped } from '../support/processes.js'
import { clientsOf, tellStory } from '../support/story-clients.js'

/** Three nodes on one PostgreSQL behind a proxy without stickiness: what `npm run example:cluster -- 3` runs. */

const CLUSTER = '.build/examples/host/cluster.js'
const CLIENT = '.build/examples/node-client/main.js'
const KEY = 'sk_test_cluster'
const database = await createDatabase()
const redis = await findRedis()
const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-cluster-'))
afterAll(async () => {
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

it('says what it needs where there is no PostgreSQL', async () => {
  const { code, output } = await run(CLUSTER, { ALLV_DEMO_FOLDER: folder }, ['3'])
  expect([code, output]).toEqual([1, expect.stringContaining('set DATABASE_URL')])
})

if (database !== null) {
  describe.each([['news over PostgreSQL', ''], ...(redis === null ? [] : [['news over Redis', redis]])])(
    'three nodes, %s',
    (_, redisUrl = '') => {
      let cluster: ChildProcess
      let port: number
      const origin = () => `http://127.0.0.1:${port}`

      beforeAll(async () => {
        port = await freePorts(4)
        cluster = start(
          CLUSTER,
          {
            PORT: String(port),
            DATABASE_URL: database.url,
            REDIS_URL: redisUrl,
            ALLV_DEMO_API_KEY: KEY,
            ALLV_DEMO_OPERATOR_PASSWORD: 'letmein',
            ALLV_DEMO_FOLDER: folder,
          },
          ['3'],
        )
        await answered(`${origin()}/healthz`)
      }, 90_000)
      afterAll(async () => {
        expect(await stopped(cluster)).toBe(0)
      }, 20_000)

      it('answers each request on another node', async () => {
        const nodes = new Set<string | null>()
        for (let i = 0; i < 6; i += 1) nodes.add((await fetch(`${origin()}/healthz`)).headers.get('x-node'))
        expect(nodes.size).toBe(3)
      })

      it('lets the documented client go through the whole story', async () => {
        const { code, output } = await run(CLIENT, { PORT: String(port) })
        expect(output).toMatch(
          /operator approved, and the deal is gone[\s\S]*already run once[\s\S]*All done/,
        )
        expect(code).toBe(0)
      }, 30_000)

      it.each(clientsOf(KEY))(
        'serves the same story to the %s client',
        async (name, connect) => {
          await tellStory(`${name} ${port}`, origin(), await connect(origin()))
        },
        30_000,
      )
    },
  )
}
