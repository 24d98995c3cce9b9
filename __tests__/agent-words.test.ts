import { type AllvAgentApi, createAllvAgentApi } from 'allv-mcp'
import { createWorld, KEYS, type WorldOptions } from './support/world.js'

/** The Agent API refuses in words of its own: it has no headers. */

const desk = (options: WorldOptions = {}) => {
  const world = createWorld(options)
  return { world, api: createAllvAgentApi(world.options) }
}
const thrown = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error)
const never = (value: unknown) => value as never

const refusals: readonly [string, Parameters<AllvAgentApi['withApiKey']>[0], string][] = [
  [
    'UNAUTHENTICATED',
    { workspaceId: 'ws_acme', apiKey: 'sk_test_unknown' },
    'the key check refused this request; pass a valid API key of this workspace as apiKey',
  ],
  [
    'MEMBER_REQUIRED',
    { workspaceId: 'ws_acme', apiKey: KEYS.acme },
    'the member check refused this request; pass member with the id or the email of the member',
  ],
  [
    'MEMBER_AMBIGUOUS',
    { workspaceId: 'ws_acme', apiKey: KEYS.acme, member: { id: 'mem_maria', email: 'omar@acme.test' } },
    'the member check refused this request; id and email of member must name the same member',
  ],
]

it.each(refusals)('says what the caller of withApiKey must pass: %s', async (code, request, message) => {
  const { api } = desk({ brand: { headerPrefix: 'x-acme-' } })
  expect(await thrown(api.withApiKey(request))).toMatchObject({ name: 'AllvError', code, message })
})

it.each(['mem_nobody', 'mem_ivan', 'mem_lin'])(
  'speaks of no key to an app that vouches for %s',
  async (memberId) => {
    const { api } = desk()
    const message = 'the member check refused this request; name an active member of this workspace'
    const request = { workspaceId: 'ws_acme', memberId, via: 'test' }
    expect(await thrown(api.asMember(request))).toMatchObject({ code: 'MEMBER_NOT_ALLOWED', message })
    const withKey = { workspaceId: 'ws_acme', apiKey: KEYS.acme, member: { id: memberId } }
    expect(await thrown(api.withApiKey(withKey))).toMatchObject({
      code: 'MEMBER_NOT_ALLOWED',
      message: `${message} for whom this key may act`,
    })
  },
)

it('says how long to wait without naming a header', async () => {
  const { api } = desk({ rateLimit: { points: 1, seconds: 60 } })
  const maria = await api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' })
  expect(await thrown(maria.listTools())).toMatchObject({
    code: 'RATE_LIMITED',
    message: 'too many requests with this credential for this member; wait retryAfterSeconds seconds',
    retryAfterSeconds: expect.any(Number),
  })
})

const fields: readonly [string, (api: AllvAgentApi) => unknown, RegExp][] = [
  ...[undefined, null, '', 5].flatMap((value): [string, (api: AllvAgentApi) => unknown, RegExp][] => [
    [
      `asMember with the workspaceId ${value}`,
      (api) => api.asMember({ workspaceId: never(value), memberId: 'mem_maria', via: 'test' }),
      /^asMember needs workspaceId: the id of a workspace, a text that is not empty$/,
    ],
    [
      `asMember with the memberId ${value}`,
      (api) => api.asMember({ workspaceId: 'ws_acme', memberId: never(value), via: 'test' }),
      /^asMember needs memberId: the id of a member, a text that is not empty$/,
    ],
    [
      `withApiKey with the workspaceId ${value}`,
      (api) => api.withApiKey({ workspaceId: never(value), apiKey: KEYS.acme }),
      /^withApiKey needs workspaceId: the id of a workspace, a text that is not empty$/,
    ],
  ]),
  [
    'asMember without an object',
    (api) => api.asMember(never(null)),
    /^asMember needs an object: asMember\(\{ workspaceId/,
  ],
  [
    'withApiKey without an object',
    (api) => api.withApiKey(never('key')),
    /^withApiKey needs an object: withApiKey\(\{ workspaceId/,
  ],
]

it.each(fields)('rejects with a TypeError that names the field: %s', async (_, act, message) => {
  const { world, api } = desk()
  // Called outside of the chain: what is thrown at once fails the test.
  const work = act(api)
  expect(await thrown(Promise.resolve(work))).toMatchObject({
    name: 'TypeError',
    message: expect.stringMatching(message),
  })
  expect([world.failures, world.adapters.audit.events]).toEqual([[], []])
})

it('passes over no option that there is not', async () => {
  const { world, api } = desk()
  const maria = await api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' })
  const seen = world.adapters.audit.events.length
  const call = maria.callTool('deals.add', { a: 1, b: 2 }, never({ idempotencykey: 'k' }))
  expect(await thrown(call)).toEqual(
    new TypeError(
      'unknown option "idempotencykey" of callTool; the options are idempotencyKey, onProgress, onInput, signal',
    ),
  )
  expect(await thrown(maria.callTool('deals.add', {}, never('k')))).toEqual(
    new TypeError(
      'callTool needs an object: callTool(name, args, { idempotencyKey?, onProgress?, onInput?, signal? })',
    ),
  )
  expect(await thrown(maria.listMemory(never({ page: 2 })))).toEqual(
    new TypeError('unknown option "page" of listMemory; the options are cursor'),
  )
  expect(await thrown(maria.waitForApproval('apr_1', never({ timeout: 5 })))).toEqual(
    new TypeError('unknown option "timeout" of waitForApproval; the options are timeoutMs, signal'),
  )
  expect(world.adapters.audit.events.length).toBe(seen)
  expect(world.executions).toEqual([])
})
