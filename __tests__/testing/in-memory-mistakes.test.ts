import { createToolProvider, digestApiKey } from 'allv-mcp'
import { assertDecider, storableDecision, storableKey, storableMember } from 'allv-mcp/adapter-kit'
import { createInMemoryAdapters, createInMemoryApiKeys } from 'allv-mcp/testing'

/** A wrong seed otherwise shows as refused requests only, which say nothing about it. */

const key = {
  id: 'key_1',
  workspaceId: 'ws_acme',
  members: ['mem_ada'],
  scopes: [],
  digest: digestApiKey('sk_test_only'),
  expiresAt: null,
  revokedAt: null,
}
const member = { id: 'mem_ada', workspaceId: 'ws_acme', email: 'ada@acme.test', active: true }

describe('a mistake in the seed is named at once, with its cure', () => {
  it.each<[string, object, string]>([
    [
      'a misspelt name',
      { apikeys: [key] },
      'unknown option "apikeys" of createInMemoryAdapters; write apiKeys',
    ],
    [
      'another name',
      { keys: [key] },
      'unknown option "keys" of createInMemoryAdapters; the options are apiKeys, members, memory, tools, flags, clock',
    ],
    ['one key', { apiKeys: key }, 'apiKeys of createInMemoryAdapters must be a list'],
    ['one member', { members: member }, 'members of createInMemoryAdapters must be a list'],
    [
      'a list of tools',
      { tools: [] },
      'tools of createInMemoryAdapters is a list; pass createToolProvider([…]) with it',
    ],
  ])('%s', (_, seed, message) => {
    const make = () => createInMemoryAdapters({ tools: createToolProvider([]), ...seed } as never)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })
})

const keyMistakes: readonly [string, object, string][] = [
  ['no workspace', { workspaceId: undefined }, 'a key needs workspaceId, a text that is not empty'],
  ['no scopes', { scopes: undefined }, "a key needs scopes: a list of texts such as ['memory:read']"],
  ['scopes that are one text', { scopes: '*' }, 'a key needs scopes: a list'],
  ['a scope that is no text', { scopes: [5] }, 'a key needs scopes: a list'],
  ['no members', { members: undefined }, "a key needs members: 'any', or a list of member ids"],
  ['members that are one text', { members: 'mem_ada' }, "a key needs members: 'any', or a list"],
  ['a member id that is no text', { members: [null] }, "a key needs members: 'any', or a list"],
  ['a name that is no text', { name: 5 }, 'the name of a key must be a text'],
]

describe('a wrong key', () => {
  it.each(keyMistakes)('is refused by every store: %s', (_, wrong, message) => {
    for (const store of [storableKey, (given: never) => createInMemoryApiKeys([given])]) {
      expect(() => store({ ...key, ...wrong } as never)).toThrow(TypeError)
      expect(() => store({ ...key, ...wrong } as never)).toThrow(message)
    }
  })

  it.each<[string, object, string]>([
    ['the key itself for its digest', { digest: 'sk_test_only' }, 'digestApiKey(key) makes it'],
    ['no digest', { digest: undefined }, 'digestApiKey(key) makes it'],
    ['no id', { id: undefined }, 'a key needs id, a text that is not empty'],
    ['no expiry', { expiresAt: undefined }, 'the key key_1 needs expiresAt: a Date, or null'],
    ['no end', { revokedAt: undefined }, 'the key key_1 needs revokedAt: a Date, or null'],
  ])('is not kept in memory: %s', (_, wrong, message) => {
    expect(() => createInMemoryApiKeys([{ ...key, ...wrong } as never])).toThrow(TypeError)
    expect(() => createInMemoryApiKeys([{ ...key, ...wrong } as never])).toThrow(message)
  })
})

it.each<[string, object, string]>([
  ['no id', { id: undefined }, 'a member needs id, a text that is not empty'],
  ['no workspace', { workspaceId: '' }, 'a member needs workspaceId, a text that is not empty'],
  ['no address', { email: undefined }, 'a member needs email, a text that is not empty'],
  ['no active', { active: undefined }, 'a member needs active: true, or false for one who may not call'],
  ['an active in words', { active: 'yes' }, 'a member needs active: true'],
  ['one role', { roles: 'admin' }, "roles of a member must be a list of texts such as ['admin']"],
  ['a name that is no text', { name: 5 }, 'the name of a member must be a text'],
])('a wrong member is refused by every store: %s', (_, wrong, message) => {
  expect(() => storableMember({ ...member, ...wrong } as never)).toThrow(TypeError)
  expect(() => storableMember({ ...member, ...wrong } as never)).toThrow(message)
})

it.each(['approved', 'Approve', 'yes', true, undefined])(
  'refuses the decision %j, and does not read it as a denial',
  async (word) => {
    const decision = { id: 'apr_1', decision: word, decidedBy: 'Olga' } as never
    const message = "a decision needs decision: 'approve' or 'deny'"
    expect(() => assertDecider(decision)).toThrow(message)
    expect(() => storableDecision(decision)).toThrow(message)
    await expect(createInMemoryAdapters().approvals.decide(decision)).rejects.toThrow(TypeError)
  },
)
