/** Measures what a call with an access token costs, compared with the same call with a key. */

import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { measure } from '../measure.js'
import { startLoad, startServer } from '../processes.js'
import { spread, table, writeSection } from '../report.js'
import { median } from '../statistics.js'
import { OURS } from '../variants.js'
import { ISSUER, KEY, MEMBERS, ORIGIN, subjectOf, type Workload } from '../workload.js'

const CONNECTIONS = 16
const FIRST_WARM_MS = 4000
const WARM_MS = 200
const PATH = '/t30/workspaces/ws/mcp/oauth'
/** Claims that real servers add, so that a token has about 900 characters. */
const USUAL = {
  email: 'm@ws.test',
  name: 'A Member',
  groups: Array.from({ length: 20 }, (_, i) => `group-${i}-of-20`),
}

/** The two costs of one round, in microseconds of processor time for each answer. */
interface Round {
  readonly key: number
  readonly token: number
}

export async function tokens(rounds: number, ms: number): Promise<void> {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const jwk = JSON.stringify({ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256' })
  const now = Math.floor(Date.now() / 1000)
  const signed = await Promise.all(
    Array.from({ length: MEMBERS }, (_, member) =>
      new SignJWT({ ...USUAL, client_id: 'bench', scope: 'everything' })
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'k' })
        .setIssuer(ISSUER)
        .setAudience(`${ORIGIN}${PATH}`)
        .setSubject(subjectOf(member))
        .setIssuedAt(now)
        .setExpirationTime(now + 3600)
        .sign(privateKey),
    ),
  )
  const server = await startServer({
    program: { ...OURS.program, args: ['memory', '{"tools":30}', 'express', jwk] },
  })
  const load = startLoad()
  const found: Round[] = []
  try {
    for (let round = 0; round < rounds; round += 1) {
      const cost = { key: 0, token: 0 }
      for (const way of round % 2 === 0 ? (['key', 'token'] as const) : (['token', 'key'] as const)) {
        await server.reset()
        const workload: Workload = { work: 'call', tools: 30, era: '2025' }
        const measured = await measure(load, server, workload, {
          connections: CONNECTIONS,
          warmMs: round === 0 ? FIRST_WARM_MS : WARM_MS,
          ms,
          pathFor: () => PATH,
          ...(way === 'key' ? {} : { credentialOf: (member) => signed[member] ?? KEY }),
        })
        cost[way] = measured.cpu
      }
      found.push(cost)
    }
  } finally {
    await Promise.all([load.stop(), server.stop()])
  }
  const lines = describe(found, signed[0]?.length ?? 0)
  writeSection('tokens', 'Access tokens', lines)
  process.stdout.write(`${lines.join('\n')}\n`)
}

function describe(found: readonly Round[], length: number): readonly string[] {
  const ratios = found.map(({ key, token }) => token / key)
  return [
    `A call with a token of ${length} characters, compared with the same call with a key, ${found.length} paired rounds. Processor time of the server for each answer.`,
    '',
    ...table(
      ['key', 'token', 'token / key'],
      [
        [
          `${median(found.map(({ key }) => key)).toFixed(0)} µs`,
          `${median(found.map(({ token }) => token)).toFixed(0)} µs`,
          spread(ratios),
        ],
      ],
    ),
  ]
}
