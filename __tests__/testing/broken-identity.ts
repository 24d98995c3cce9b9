/** API keys, members and features adapters that break one promise each. */

import type { ApiKeysAdapter, FeaturesAdapter, Member, MembersAdapter } from 'allv-mcp'
import type { MemberIdentity } from 'allv-mcp/adapter-kit'
import { apiKeysContract, featuresContract, membersContract } from 'allv-mcp/testing'
import type { Broken } from './collect.js'
import { apiKeysHarness, featuresHarness, membersHarness } from './harnesses.js'

function keys(
  adapter: string,
  notices: string,
  bend: (find: ApiKeysAdapter['findByDigest']) => ApiKeysAdapter['findByDigest'],
): Broken {
  return {
    adapter,
    notices,
    suite: (runner) =>
      apiKeysContract(runner, async () => {
        const sound = apiKeysHarness()
        return { ...sound, adapter: { findByDigest: bend(sound.adapter.findByDigest) } }
      }),
  }
}

function members(
  adapter: string,
  notices: string,
  bend: (sound: MembersAdapter, all: readonly Member[]) => Partial<MembersAdapter>,
): Broken {
  return {
    adapter,
    notices,
    suite: (runner) =>
      membersContract(runner, async () => {
        const { adapter: sound, add, link } = membersHarness()
        const all: Member[] = []
        return {
          adapter: { ...sound, ...bend(sound, all) },
          add: async (member) => {
            all.push(member)
            await add(member)
          },
          ...(link === undefined ? {} : { link }),
        }
      }),
  }
}

/** A store whose look-up of subjects finds too much. */
function subjects(
  adapter: string,
  notices: string,
  find: (
    all: readonly MemberIdentity[],
  ) => (query: Parameters<NonNullable<MembersAdapter['findBySubject']>>[0]) => MemberIdentity | undefined,
): Broken {
  return {
    adapter,
    notices,
    suite: (runner) =>
      membersContract(runner, async () => {
        const { adapter: sound, add, link } = membersHarness()
        const all: MemberIdentity[] = []
        return {
          adapter: {
            ...sound,
            async findBySubject(query) {
              const found = find(all)(query)
              if (found === undefined) return null
              const { workspaceId, memberId } = found
              return sound.findById({ workspaceId, memberId })
            },
          },
          add,
          link: async (identity) => {
            all.push(identity)
            await link?.(identity)
          },
        }
      }),
  }
}

function features(
  adapter: string,
  notices: string,
  bend: (isEnabled: FeaturesAdapter['isEnabled']) => FeaturesAdapter['isEnabled'],
): Broken {
  return {
    adapter,
    notices,
    suite: (runner) =>
      featuresContract(runner, async () => {
        const sound = featuresHarness()
        return { ...sound, adapter: { isEnabled: bend(sound.adapter.isEnabled) } }
      }),
  }
}

export const brokenIdentity: readonly Broken[] = [
  keys('keys without their scopes', 'finds a key by its exact digest', (find) => async (query) => {
    const key = await find(query)
    return key === null ? null : { ...key, scopes: [] }
  }),
  keys(
    'digests in any case',
    'gives null for an unknown digest',
    (find) =>
      ({ digest }) =>
        find({ digest: digest.toLowerCase() }),
  ),
  keys(
    'keys that hide when they are revoked',
    'gives keys that are expired or revoked',
    (find) => async (query) => {
      const key = await find(query)
      return key?.revokedAt ? null : key
    },
  ),
  keys('keys that are always said to be good', 'gives keys that are expired', (find) => async (query) => {
    const key = await find(query)
    return key === null ? null : { ...key, valid: true }
  }),
  keys('keys that are never said to be good', 'gives keys that are expired', (find) => async (query) => {
    const key = await find(query)
    return key === null ? null : { ...key, valid: false }
  }),
  keys('keys that stay valid in a cache', 'gives the revocation of a key', (find) => {
    const cache = new Map<string, ReturnType<typeof find>>()
    return async (query) => {
      const found = cache.get(query.digest) ?? find(query)
      cache.set(query.digest, found)
      return found
    }
  }),
  members('email that compares by case', 'finds a member by id and by email', ({ findByEmail }) => ({
    async findByEmail(query) {
      const member = await findByEmail(query)
      return member?.email === query.email ? member : null
    },
  })),
  members('ids of any workspace', 'finds no member of another', (_, all) => ({
    findById: async ({ memberId }) => all.find(({ id }) => id === memberId) ?? null,
  })),
  members('emails that begin alike', 'finds no member of another', (_, all) => ({
    findByEmail: async ({ workspaceId, email }) =>
      all.find(
        (one) => one.workspaceId === workspaceId && one.email.toLowerCase().endsWith(email.toLowerCase()),
      ) ?? null,
  })),
  members('one email for all workspaces', 'separates members with the same', (_, all) => ({
    findByEmail: async ({ email }) =>
      all.find((one) => one.email.toLowerCase() === email.toLowerCase()) ?? null,
  })),
  members('inactive members who are gone', 'gives inactive members', ({ findById }) => ({
    async findById(query) {
      const member = await findById(query)
      return member?.active ? member : null
    },
  })),
  subjects(
    'subjects of any workspace',
    'finds a member by exactly its issuer',
    (all) =>
      ({ issuer, subject }) =>
        all.find((one) => one.issuer === issuer && one.subject === subject),
  ),
  subjects(
    'subjects of any issuer',
    'finds a member by exactly its issuer',
    (all) =>
      ({ workspaceId, subject }) =>
        all.find((one) => one.workspaceId === workspaceId && one.subject === subject),
  ),
  subjects(
    'subjects in any case',
    'finds a member by exactly its issuer',
    (all) => (query) =>
      all.find(
        (one) =>
          one.workspaceId === query.workspaceId &&
          one.issuer.toLowerCase() === query.issuer.toLowerCase() &&
          one.subject.toLowerCase() === query.subject.toLowerCase(),
      ),
  ),
  subjects(
    'people of the name of a client',
    'tells a client from a person',
    (all) => (query) =>
      all.find(
        (one) =>
          one.workspaceId === query.workspaceId &&
          one.issuer === query.issuer &&
          one.subject === query.subject,
      ),
  ),
  members(
    'people by their email address',
    'finds no member by an email address',
    ({ findByEmail, findBySubject }) => ({
      async findBySubject(query) {
        const { workspaceId, claims } = query
        const email = claims['email']
        const found = (await findBySubject?.(query)) ?? null
        return found ?? (typeof email === 'string' ? findByEmail({ workspaceId, email }) : null)
      },
    }),
  ),
  members('inactive subjects who are gone', 'gives an inactive member of a subject', ({ findBySubject }) => ({
    async findBySubject(query) {
      const member = (await findBySubject?.(query)) ?? null
      return member?.active ? member : null
    },
  })),
  features('flags for everybody', 'answers for each flag and workspace', (isEnabled) => {
    let first: string | null = null
    return ({ flag, workspaceId }) => {
      first ??= workspaceId
      return isEnabled({ flag, workspaceId: first })
    }
  }),
  features('flags in a cache', 'answers as it is now', (isEnabled) => {
    const cache = new Map<string, Promise<boolean>>()
    return async (query) => {
      const key = JSON.stringify(query)
      const found = cache.get(key) ?? isEnabled(query)
      cache.set(key, found)
      return found
    }
  }),
]
