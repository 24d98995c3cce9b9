import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientsOf, takeAllSteps } from '../support/client-steps.js'
import { createDatabase, findRedis } from '../support/databases.js'
import { answered, freePorts, outputOf, run, start, stopped } from '../support/processes.js'

/** Three nodes on one PostgreSQL behind a proxy without session affinity: what `npm run example:cluster -- 3` runs. */

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

it('says what it needs when there is no PostgreSQL', async () => {
  const { code, output } = await run(CLUSTER, { ALLV_DEMO_FOLDER: folder }, ['3'])
  expect([code, output]).toEqual([1, expect.stringContaining('set DATABASE_URL')])
})

it.each(['0', '21', 'three'])('refuses %s as the number of nodes', async (count) => {
  const { code, output } = await run(CLUSTER, { ALLV_DEMO_FOLDER: folder }, [count])
  expect([code, output]).toEqual([1, expect.stringContaining('the number of nodes must be from 1 to 20')])
})

if (database !== null) {
  describe.each([['events over PostgreSQL', ''], ...(redis === null ? [] : [['events over Redis', redis]])])(
    'three nodes, %s',
    (_, redisUrl = '') => {
      let cluster: ChildProcess
      let port: number
      const origin = () => `http://127.0.0.1:${port}`

      beforeAll(async () => {
        // Ports that were free may be taken by then, by whatever else runs on the machine: the cluster says so, and ends.
        for (let tries = 0, up = false; !up; tries += 1) {
          port = await freePorts(4)
          cluster = start(CLUSTER, environment(port, database.url, redisUrl), ['3'])
          const output = outputOf(cluster)
          const ended = new Promise<false>((resolve) => cluster.once('exit', () => resolve(false)))
          up = await Promise.race([ended, answered(`${origin()}/healthz`).then(() => true)]).catch(() => {
            throw new Error(`the cluster does not answer, and said: ${output.text()}`)
          })
          if (!up && tries === 2) throw new Error(`the cluster ended, and said: ${output.text()}`)
        }
      }, 200_000)
      afterAll(async () => {
        expect(await stopped(cluster)).toBe(0)
      })

      it('answers each request on another node', async () => {
        const nodes = new Set<string | null>()
        for (let i = 0; i < 6; i += 1) nodes.add((await fetch(`${origin()}/healthz`)).headers.get('x-node'))
        expect(nodes.size).toBe(3)
      })

      it('runs the documented client', async () => {
        const { code, output } = await run(CLIENT, environment(port, database.url, redisUrl), ['--auto'])
        expect(output).toMatch(/the deal is gone[\s\S]*ran nothing[\s\S]*All done/)
        expect(code).toBe(0)
      })

      it.each(clientsOf(KEY))(
        'serves the same to the %s client',
        async (name, connect) => {
          await takeAllSteps(`${name} ${port}`, origin(), await connect(origin()))
        },
        120_000,
      )
    },
  )
}

const environment = (port: number, databaseUrl: string, redisUrl: string) => ({
  PORT: String(port),
  DATABASE_URL: databaseUrl,
  REDIS_URL: redisUrl,
  ALLV_DEMO_API_KEY: KEY,
  ALLV_DEMO_OPERATOR_PASSWORD: 'letmein',
  ALLV_DEMO_FOLDER: folder,
})
