import { createAllvMcpRouter, generateApiKey } from 'allv-mcp'
import { createInMemoryAdapters, type VerifiedApp, type VerifiedHost } from 'allv-mcp/testing'
import { guaranteesOf, hostOf } from './host.js'

/** What an app does not have is skipped, with the reason, and everything else is verified. */

type Part = 'revokeKey' | 'decide' | 'putMemory'

/** The correct app, without a part. */
function hostWithout(part: Part): VerifiedHost {
  const host = hostOf()
  const start = async (probe: Parameters<VerifiedHost['start']>[0]): Promise<VerifiedApp> => {
    const { [part]: _, ...rest } = await host.start(probe)
    return rest
  }
  return { ...host, lacks: ['durability', 'nodes'], start }
}

const parts: readonly (readonly [Part, readonly string[]])[] = [
  [
    'revokeKey',
    [
      'refuses a revoked key with the next request',
      'runs no call that waits for its approval when its key is revoked',
      'shows and runs no task when its key is revoked',
    ],
  ],
  [
    'putMemory',
    ['lists and reads memory of its own workspace only', 'changes memory of its own workspace only'],
  ],
  [
    'decide',
    [
      'runs a call under an approval of its own workspace only',
      'runs an approved call once for 20 concurrent callers, and answers repeats with its outcome',
      'takes one of 20 concurrent decisions',
      'runs nothing before a decision, nothing that was denied, and no other arguments than those approved',
      'lets no requester approve their own call',
      'runs no call that waits for its approval when its key is revoked',
      'shows and runs no task when its key is revoked',
    ],
  ],
]

it.each(parts)('skips what needs %s', async (part, titles) => {
  const results = await guaranteesOf({ host: hostWithout(part) })
  expect(results.filter(({ status }) => status === 'failed')).toEqual([])
  const skipped = results.filter(({ message }) => message === `host.start gives no ${part}`)
  expect(skipped.map(({ title }) => title)).toEqual(titles)
})

it('verifies an app without approvals and runs, and skips what needs them', async () => {
  const results = await guaranteesOf({
    host: {
      lacks: ['approvals', 'durability', 'nodes'],
      async start(probe) {
        const { apiKeys, members } = createInMemoryAdapters()
        const adapters = { apiKeys, members, tools: probe.tools }
        return {
          app: createAllvMcpRouter({ ...probe.options, adapters }),
          addMember: async (member) => members.add(member),
          async issueKey(wanted) {
            const { key, digest } = generateApiKey()
            apiKeys.add({ ...wanted, id: digest, digest, expiresAt: null, revokedAt: null })
            return { id: digest, key }
          },
          revokeKey: async ({ id }) => void apiKeys.revoke(id),
        }
      },
    },
  })
  expect(results.filter(({ status }) => status === 'failed')).toEqual([])
  expect(results.filter(({ status }) => status === 'passed').map(({ title }) => title)).toEqual([
    'accepts a key at the endpoint of its own workspace only',
    'runs a call for the workspace and the member of its key',
    'refuses a revoked key with the next request',
  ])
  const reasons = new Set(results.map(({ message }) => message))
  expect(reasons).toContain('the host stores no runs')
  expect(reasons).toContain('the host lacks approvals')
})

it('says in words that an app cannot be reached, or has another mount point', async () => {
  const bend = (app: Partial<VerifiedApp>) => ({ host: hostOf(() => ({ app })) })
  const only = (title: string) => title.startsWith('runs a call for')
  const [gone] = await guaranteesOf(bend({ app: 'http://127.0.0.1:1/api/' }), only)
  expect(gone).toMatchObject({ status: 'failed', message: expect.stringContaining('the app did not answer') })
  const [astray] = await guaranteesOf(bend({ mount: '/nowhere' }), only)
  expect(astray).toMatchObject({
    status: 'failed',
    message: 'a valid key could not call a tool: HTTP 404: the app has no such path; check mount',
  })
})
