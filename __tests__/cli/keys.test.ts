import { digestApiKey, isWellFormedApiKey } from 'allv-mcp'
import { until } from '../support/scene.js'
import {
  closePlaces,
  create,
  freshWorkspace,
  type Issued,
  list,
  main,
  places,
  runKeys,
  secrets,
  works,
} from './key-places.js'

/** `allv-mcp keys`, on PostgreSQL and in a folder of PGlite. */

afterAll(closePlaces)

describe.each(places)('on %s', (_, place) => {
  it('creates, lists, rotates and revokes a key', async () => {
    const ws = freshWorkspace()
    await place.with(({ members }) =>
      members.put({ id: 'mem_ada', workspaceId: ws, email: 'ada@acme.test', active: true }),
    )
    const made = await create(place, '--workspace', ws, '--member', 'ada@acme.test', '--scope', 'memory:read')
    expect(await works(place, made)).toBe(true)
    expect(await list(place, ws)).toMatchObject([
      { id: made.id, name: 'Cursor', members: ['mem_ada'], scopes: ['memory:read'], state: 'active' },
    ])
    const rotated = await runKeys(place, 'rotate', made.id, '--workspace', ws, '--overlap', '1h', '--json')
    const next = JSON.parse(rotated.out) as Issued
    secrets.add(next.key)
    expect(next).toMatchObject({ workspaceId: ws, replaces: made.id })
    expect([await works(place, made), await works(place, next)]).toEqual([true, true])
    expect(await list(place, ws)).toMatchObject([
      { id: next.id, state: 'active', replaces: made.id, scopes: ['memory:read'] },
      { id: made.id, state: 'ending' },
    ])
    const revoked = await runKeys(place, 'revoke', made.id, '--workspace', ws)
    expect([revoked.code, revoked.out]).toEqual([0, `Revoked key ${made.id}. Its next request is refused.\n`])
    expect([await works(place, made), await works(place, next)]).toEqual([false, true])
    expect((await runKeys(place, 'list', '--workspace', ws)).out).toMatch(
      /^ID +NAME +KEY +STATE +LAST USED +EXPIRES +MEMBERS +SCOPES\n.* active .*\n.* revoked .*\n$/,
    )
  })
})

describe('a new key', () => {
  const wanted = (...words: readonly string[]) => ['create', '--workspace', 'ws_new', '--name', 'n', ...words]

  it('is the only line of standard output with --quiet', async () => {
    const { code, out, err } = await runKeys(main, ...wanted('--any-member', '--quiet'))
    secrets.add(out.trim())
    expect([code, err, isWellFormedApiKey(out.slice(0, -1))]).toEqual([0, '', true])
    expect(out.endsWith('\n')).toBe(true)
  })

  it('is the last line for people, and printed once', async () => {
    const { code, out, err } = await runKeys(
      main,
      ...wanted('--any-member', '--expires', '90d', '--mode', 'test', '--scope', '*'),
    )
    const [last = '', ...before] = out.trimEnd().split('\n').reverse()
    secrets.add(last)
    expect([code, err, isWellFormedApiKey(last)]).toEqual([0, '', true])
    expect(last).toMatch(/^sk_test_/)
    expect(before.join('\n')).not.toContain(last)
    expect(out).toMatch(
      /^Made key key_\S+ of workspace ws_new: n\n {2}scopes {3}\*\n {2}members {2}any\n {2}expires {2}20/,
    )
    expect(out).toContain('It is not stored, so it cannot be shown again')
  })

  it('has the grant that was asked for', async () => {
    const made = await create(
      main,
      ...['--workspace', 'ws_grant', '--member-id', 'user/1', '--member-id', 'user/2', '--expires', '1h'],
      ...['--scope', 'memory:read', '--host-scope', 'deals:write'],
    )
    const found = await main.with(({ apiKeys }) => apiKeys.findByDigest({ digest: digestApiKey(made.key) }))
    expect(found).toMatchObject({
      id: made.id,
      workspaceId: 'ws_grant',
      name: 'Cursor',
      members: ['user/1', 'user/2'],
      scopes: ['memory:read', 'deals:write'],
      revokedAt: null,
    })
    const ms = Number(found?.expiresAt) - Number(found?.createdAt)
    expect(Math.abs(ms - 3_600_000)).toBeLessThan(60_000)
  })

  it('is bound to members that the workspace has, by id or by address', async () => {
    const ws = freshWorkspace()
    const twin = freshWorkspace()
    await main.with(async ({ members }) => {
      await members.put({ id: 'mem_ada', workspaceId: ws, email: 'Ada@Acme.test', active: true })
      await members.put({ id: 'mem_bob', workspaceId: ws, email: 'bob@acme.test', active: false })
      await members.put({ id: 'mem_eve', workspaceId: twin, email: 'eve@acme.test', active: true })
      await members.put({ id: 'bob@acme.test', workspaceId: ws, email: 'other@acme.test', active: true })
    })
    const both = ['--member', 'ada@acme.TEST', '--member', 'mem_bob', '--member', 'mem_ada', '--quiet']
    const made = await runKeys(main, 'create', '--workspace', ws, '--name', 'n', ...both)
    secrets.add(made.out.trim())
    expect([made.code, made.err]).toEqual([
      0,
      'Member mem_bob is not active: the key does not work for them until they are.\n',
    ])
    expect(await list(main, ws)).toMatchObject([{ members: ['mem_ada', 'mem_bob'] }])

    for (const [who, message] of [
      ['mem_eve', `workspace ${ws} has no member mem_eve; `],
      ['eve@acme.test', `workspace ${ws} has no member eve@acme.test; `],
      ['nobody', `workspace ${ws} has no member nobody; `],
      ['bob@acme.test', 'bob@acme.test is the id of one member and the address of another; give --member-id'],
    ] as const) {
      const refused = await runKeys(main, 'create', '--workspace', ws, '--name', 'n', '--member', who)
      expect([refused.code, refused.out]).toEqual([1, ''])
      expect(refused.err).toContain(message)
    }
    expect(await list(main, ws)).toHaveLength(1)
  })
})

describe('another workspace', () => {
  it('neither lists, rotates nor revokes a key', async () => {
    const [ws, twin] = [freshWorkspace(), freshWorkspace()]
    const made = await create(main, '--workspace', ws, '--any-member')
    expect(await list(main, twin)).toEqual([])
    expect((await runKeys(main, 'list', '--workspace', twin)).out).toBe(`Workspace ${twin} has no keys.\n`)
    for (const action of ['rotate', 'revoke']) {
      const { code, out, err } = await runKeys(main, action, made.id, '--workspace', twin)
      expect([code, out]).toEqual([1, ''])
      expect(err).toContain(`workspace ${twin} has no key ${made.id}; `)
    }
    expect(await works(main, made)).toBe(true)
    expect(await list(main, ws)).toMatchObject([{ id: made.id, state: 'active', revokedAt: null }])
  })

  it('keeps its own key of the same id', async () => {
    const [ws, twin] = [freshWorkspace(), freshWorkspace()]
    const digests = [ws, twin].map((name) => digestApiKey(`key of ${name}`))
    await main.with(async ({ apiKeys }) => {
      for (const [i, workspaceId] of [ws, twin].entries())
        await apiKeys.create({
          workspaceId,
          id: 'key_same',
          name: workspaceId,
          scopes: [],
          members: 'any',
          digest: digests[i] ?? '',
        })
    })
    const rotated = await runKeys(main, 'rotate', 'key_same', '--workspace', ws, '--overlap', '1h', '--quiet')
    secrets.add(rotated.out.trim())
    expect(await list(main, twin)).toMatchObject([{ id: 'key_same', state: 'active' }])
    expect((await runKeys(main, 'revoke', 'key_same', '--workspace', ws)).code).toBe(0)
    expect((await list(main, ws)).map(({ state }) => state).sort()).toEqual(['active', 'revoked'])
    expect(await list(main, twin)).toMatchObject([{ id: 'key_same', state: 'active', revokedAt: null }])
  })
})

it('rotates the named key only, and ends it at once without an overlap', async () => {
  const ws = freshWorkspace()
  const [first, second] = [
    await create(main, '--workspace', ws, '--any-member', '--mode', 'test'),
    await create(main, '--workspace', ws, '--any-member'),
  ]
  const { code, out, err } = await runKeys(main, 'rotate', first.id, '--workspace', ws)
  const key = out.trimEnd().split('\n').at(-1) ?? ''
  secrets.add(key)
  expect([code, err, key.slice(0, 8)]).toEqual([0, '', 'sk_test_'])
  expect(out).toContain(`with the same grant as ${first.id}, which no longer works.`)
  expect([await works(main, first), await works(main, second)]).toEqual([false, true])
})

it('says why a key cannot be rotated, and that it was revoked before', async () => {
  const ws = freshWorkspace()
  const expired = 'key_expired'
  await main.with(({ apiKeys }) =>
    apiKeys.create({
      workspaceId: ws,
      id: expired,
      name: 'old',
      scopes: [],
      members: 'any',
      expiresAt: new Date('2020-02-02T02:02:00Z'),
    }),
  )
  const made = await create(main, '--workspace', ws, '--any-member')
  await runKeys(main, 'revoke', made.id, '--workspace', ws)
  for (const [id, why] of [
    [expired, 'expired 2020-02-02 02:02 UTC'],
    [made.id, 'revoked 20'],
  ] as const) {
    const { code, out, err } = await runKeys(main, 'rotate', id, '--workspace', ws)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(`key ${id} cannot be rotated (${why}`)
    expect(err).toContain('; create a new key\n')
  }
  const [before] = await list(main, ws)
  const again = await runKeys(main, 'revoke', made.id, '--workspace', ws)
  expect([again.code, again.out]).toEqual([0, `Key ${made.id} was revoked before.\n`])
  expect((await list(main, ws))[0]).toEqual(before)
  const json = await runKeys(main, 'revoke', made.id, '--workspace', ws, '--json')
  expect(JSON.parse(json.out)).toMatchObject({
    id: made.id,
    alreadyRevoked: true,
    revokedAt: before?.revokedAt,
  })
})

it('lists when a key was last used, and no digest', async () => {
  const ws = freshWorkspace()
  const made = await create(main, '--workspace', ws, '--any-member')
  expect(await list(main, ws)).toMatchObject([{ lastUsedAt: null }])
  await main.with(async ({ apiKeys }) => {
    await apiKeys.findByDigest({ digest: digestApiKey(made.key) })
    await until(async () => (await apiKeys.list({ workspaceId: ws })).every(({ lastUsedAt }) => lastUsedAt))
  })
  const [listed] = await list(main, ws)
  expect(listed).toMatchObject({
    lastUsedAt: expect.stringMatching(/^20.*Z$/),
    hint: `sk_live_…${made.key.slice(-4)}`,
  })
  expect(Object.keys(listed ?? {})).not.toContain('digest')
})

it('shows no control characters of what was stored', async () => {
  const ws = freshWorkspace()
  await main.with(({ apiKeys }) =>
    apiKeys.create({
      workspaceId: ws,
      id: 'key_\u001b[2J',
      name: 'a',
      scopes: ['a\u001b]0;b\u0007'],
      members: ['\u202eevil\n'],
    }),
  )
  const { out } = await runKeys(main, 'list', '--workspace', ws)
  expect(out.split('\n')).toHaveLength(3)
  for (const character of ['\u001b', '\u0007', '\u202e']) expect(out).not.toContain(character)
  const missing = await runKeys(main, 'revoke', 'x\u001b[2J', '--workspace', `${ws}\u001b[2J`)
  expect([missing.code, missing.err.includes('\u001b')]).toEqual([1, false])
})
