/** Apps whose stores break one promise each, and the words in which verify must say so. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Approval, ApprovalRequest, Run } from 'allv-mcp'
import type { InMemoryAdapters } from 'allv-mcp/testing'
import type { Bend } from './host.js'

export interface BrokenApp {
  readonly app: string
  readonly bend: (stores: InMemoryAdapters, node: number) => Bend
  /** The beginning of the title of the case that fails. */
  readonly title: string
  /** What happened, in words. */
  readonly what: string
}

const race = () => sleep(5)

const tenants: readonly BrokenApp[] = [
  {
    app: 'reads memory of any workspace',
    title: 'lists and reads memory',
    what: 'reading the memory of one workspace gives the text of another',
    bend({ memory }) {
      const workspaces: string[] = []
      return {
        app: {
          async putMemory(workspaceId, key, text) {
            workspaces.push(workspaceId)
            memory.put(workspaceId, { key, text })
          },
        },
        adapters: {
          memory: {
            ...memory,
            read: (context, query) =>
              memory.read({ ...context, workspaceId: workspaces.at(-1) ?? '' }, query),
          },
        },
      }
    },
  },
  {
    app: 'lists memory of any workspace',
    title: 'lists and reads memory',
    what: 'a key lists the memory of another workspace',
    bend({ memory }) {
      let first: string | null = null
      return {
        adapters: {
          memory: {
            ...memory,
            list(context, page) {
              first ??= context.workspaceId
              return memory.list({ ...context, workspaceId: first }, page)
            },
          },
        },
      }
    },
  },
  {
    app: 'changes memory of every workspace',
    title: 'changes memory',
    what: 'a change of memory in one workspace changed that of another',
    bend({ memory }) {
      const workspaces = new Set<string>()
      return {
        app: {
          async putMemory(workspaceId, key, text) {
            workspaces.add(workspaceId)
            memory.put(workspaceId, { key, text })
          },
        },
        adapters: {
          memory: {
            ...memory,
            async update(context, change) {
              for (const workspaceId of workspaces)
                if (workspaceId !== context.workspaceId)
                  await memory.update({ ...context, workspaceId }, change)
              return memory.update(context, change)
            },
          },
        },
      }
    },
  },
  {
    app: 'takes a key for the workspace that was asked last',
    title: 'accepts a key at the endpoint',
    what: 'the key of one workspace was accepted at the endpoint of another',
    bend({ apiKeys }) {
      let last = ''
      return {
        app: {
          async addMember() {},
        },
        adapters: {
          apiKeys: {
            async findByDigest(query) {
              const key = await apiKeys.findByDigest(query)
              last = apiKeys.all().at(-1)?.workspaceId ?? last
              return key && { ...key, workspaceId: last }
            },
          },
          members: {
            findById: async ({ workspaceId, memberId: id }) => ({
              id,
              workspaceId,
              email: 'one@verify.test',
              active: true,
            }),
            findByEmail: async () => null,
          },
        },
      }
    },
  },
  {
    app: 'finds the member of another workspace',
    title: 'runs a call for the workspace',
    what: 'a valid key could not call a tool',
    bend({ members }) {
      let first: string | null = null
      return {
        adapters: {
          members: {
            ...members,
            findById(query) {
              first ??= query.workspaceId
              return members.findById({ ...query, workspaceId: first })
            },
          },
        },
      }
    },
  },
  {
    app: 'keeps idempotency keys for all workspaces together',
    title: 'separates the idempotency keys',
    what: 'a call did not run because another workspace had used its idempotency key',
    bend({ runs }) {
      const first = new Map<string, { readonly workspaceId: string; readonly id: string }>()
      return {
        adapters: {
          runs: {
            ...runs,
            async begin(start) {
              const { idempotencyKey, workspaceId, id } = start
              const earlier = idempotencyKey === null ? undefined : first.get(idempotencyKey)
              const run = earlier === undefined ? null : await runs.get(earlier)
              if (run !== null) return { started: false, run: { ...run, workspaceId } }
              if (idempotencyKey !== null) first.set(idempotencyKey, { workspaceId, id })
              return runs.begin(start)
            },
          },
        },
      }
    },
  },
  {
    app: 'shows approvals of any workspace',
    title: 'shows an approval',
    what: 'a key sees an approval of another workspace',
    bend({ approvals, apiKeys }) {
      let asking = ''
      return {
        adapters: {
          apiKeys: {
            async findByDigest(query) {
              const key = await apiKeys.findByDigest(query)
              asking = key?.workspaceId ?? asking
              return key
            },
          },
          approvals: {
            ...approvals,
            async get(query) {
              const found = await approvals.get(query)
              return found && { ...found, workspaceId: asking }
            },
          },
        },
      }
    },
  },
  {
    app: 'has one approval for the same call of two workspaces',
    title: 'runs a call under an approval of its own workspace',
    what: 'two workspaces share one approval',
    bend({ approvals }) {
      const first = new Map<string, Approval>()
      async function request(asked: ApprovalRequest) {
        const { memberId, tool, argumentsDigest, workspaceId, binding } = asked
        const same = JSON.stringify([memberId, tool, argumentsDigest])
        const earlier = first.get(same)
        if (earlier !== undefined) return { ...earlier, workspaceId, binding }
        const made = await approvals.request(asked)
        if ('id' in made) first.set(same, made)
        return made
      }
      return { adapters: { approvals: { ...approvals, request } } }
    },
  },
  {
    app: 'finds tasks of any workspace',
    title: 'shows, answers and cancels a task',
    what: 'a key used tasks/get on a task of another workspace',
    bend({ runs, approvals, apiKeys }) {
      let asking = ''
      const anywhere = (id: string): Run | undefined => runs.all().find((run) => run.id === id)
      return {
        adapters: {
          apiKeys: {
            async findByDigest(query) {
              const key = await apiKeys.findByDigest(query)
              asking = key?.workspaceId ?? asking
              return key
            },
          },
          approvals: {
            ...approvals,
            async get(query) {
              const found = await approvals.get(query)
              return found && { ...found, workspaceId: asking }
            },
          },
          runs: {
            ...runs,
            async get({ id, workspaceId }) {
              const run = anywhere(id)
              const credentialId = apiKeys.all().find((key) => key.workspaceId === workspaceId)?.id
              return run === undefined ? null : { ...run, workspaceId, credentialId: credentialId ?? '' }
            },
          },
        },
      }
    },
  },
]

const execution: readonly BrokenApp[] = [
  {
    app: 'looks for an idempotency key before it begins a run',
    title: 'runs 20 concurrent calls with one idempotency key once',
    what: '20 concurrent calls with one idempotency key ran the tool 20 times, not once',
    bend: ({ runs }) => ({
      adapters: {
        runs: {
          ...runs,
          async begin(start) {
            const { idempotencyKey } = start
            const earlier = runs.all().find((run) => run.idempotencyKey === idempotencyKey)
            await race()
            if (idempotencyKey !== null && earlier !== undefined) return { started: false, run: earlier }
            return runs.begin({ ...start, idempotencyKey: idempotencyKey && start.id })
          },
        },
      },
    }),
  },
  {
    app: 'looks at an approval before it consumes it',
    title: 'runs an approved call once for 20 concurrent callers, and answers repeats with its outcome',
    what: '20 concurrent callers of one approved call ran the tool',
    bend: ({ approvals }) => ({
      adapters: {
        approvals: {
          ...approvals,
          async consume(claim) {
            const found = await approvals.get(claim)
            await race()
            const won = await approvals.consume(claim)
            if (won !== null || found?.state !== 'approved') return won
            return { ...found, state: 'executing', runId: claim.runId, consumedAt: new Date() }
          },
        },
      },
    }),
  },
  {
    app: 'remembers in each process who consumed an approval',
    title:
      'runs an approved call once for 20 concurrent callers, and answers repeats with its outcome, over two',
    what: '20 concurrent callers of one approved call ran the tool 2 times, not once',
    bend({ approvals }) {
      const consumed = new Map<string, string>()
      const mine = (found: Approval | null): Approval | null => {
        const runId = consumed.get(found?.id ?? '')
        if (found === null || runId === undefined || found.state !== 'approved') return found
        return { ...found, state: 'executing', runId, consumedAt: new Date() }
      }
      return {
        adapters: {
          approvals: {
            ...approvals,
            get: async (query) => mine(await approvals.get(query)),
            wait: async (query) => mine(await approvals.wait(query)),
            async consume({ id, runId }) {
              const found = await approvals.get({ id })
              if (found?.state !== 'approved' || consumed.has(id)) return null
              consumed.set(id, runId)
              return mine(found)
            },
            async settle(settlement) {
              await approvals.consume({ ...settlement, leaseMs: 60_000 })
              await approvals.settle(settlement)
            },
          },
        },
      }
    },
  },
  {
    app: 'forgets the outcome of an approved call',
    title: 'runs an approved call once for 20 concurrent callers, and answers repeats with its outcome',
    what: 'got no outcome',
    bend: ({ approvals }) => ({
      adapters: {
        approvals: {
          ...approvals,
          settle: ({ outcome, ...rest }) =>
            approvals.settle({
              ...rest,
              outcome: { ...outcome, status: 'unknown', errorCode: 'OUTCOME_UNKNOWN', result: null },
            }),
        },
      },
    }),
  },
  {
    app: 'looks at an approval before it decides it',
    title: 'takes one of 20 concurrent decisions',
    what: '20 of 20 concurrent decisions about one approval were taken, not one',
    bend: ({ approvals }) => ({
      app: {
        async decide(decision) {
          const found = await approvals.get(decision)
          await race()
          await approvals.decide(decision)
          return found?.state === 'pending' ? { status: 'decided', approval: found } : { status: 'not_found' }
        },
      },
    }),
  },
  {
    app: 'lets a requester approve',
    title: 'lets no requester approve their own call',
    what: 'the requester decided their own approval: decide answered decided',
    bend: ({ approvals }) => ({
      app: { decide: (decision) => approvals.decide({ ...decision, decidedBy: 'somebody' }) },
    }),
  },
  {
    app: 'approves what was denied',
    title: 'runs nothing before a decision',
    what: 'a call that was denied was answered',
    bend: ({ approvals }) => ({
      app: { decide: (decision) => approvals.decide({ ...decision, decision: 'approve' }) },
    }),
  },
  {
    app: 'approves every call at once',
    title: 'runs nothing before a decision',
    what: 'ran',
    bend: ({ approvals }) => ({
      adapters: {
        approvals: {
          ...approvals,
          async request(asked) {
            const made = await approvals.request(asked)
            if ('id' in made && made.tool === 'verify_approved')
              await approvals.decide({ id: made.id, decision: 'approve', decidedBy: 'nobody' })
            return made
          },
        },
      },
    }),
  },
]

/** Keys as they were when they were first looked up. */
function cached({ apiKeys }: InMemoryAdapters): Bend {
  const cache = new Map<string, ReturnType<typeof apiKeys.findByDigest>>()
  return {
    adapters: {
      apiKeys: {
        findByDigest(query) {
          const found = cache.get(query.digest) ?? apiKeys.findByDigest(query)
          cache.set(query.digest, found)
          return found
        },
      },
    },
  }
}

const revocation: readonly BrokenApp[] = [
  {
    app: 'keeps keys in a cache',
    title: 'refuses a revoked key with the next request',
    what: 'the first request after a key was revoked was answered HTTP 200',
    bend: cached,
  },
  {
    app: 'keeps keys in a cache, for calls that wait',
    title: 'runs no call that waits',
    what: 'a call that waited for its approval ran, although its key had been revoked',
    bend: cached,
  },
  {
    app: 'keeps keys in a cache, for tasks',
    title: 'shows and runs no task',
    what: 'a revoked key was shown its task: HTTP 200',
    bend: cached,
  },
  {
    app: 'keeps keys in a cache of the second node',
    title: 'refuses a revoked key with the next request, on both nodes',
    what: 'the first request after a key was revoked was answered HTTP 200',
    bend: (stores, node) => (node % 2 === 0 ? cached(stores) : {}),
  },
  {
    app: 'revokes every key of a workspace',
    title: 'refuses a revoked key with the next request',
    what: 'another key of the workspace was refused after one was revoked: HTTP 401 with UNAUTHENTICATED',
    bend: ({ apiKeys }) => ({
      app: {
        async revokeKey({ workspaceId }) {
          for (const key of apiKeys.all()) if (key.workspaceId === workspaceId) apiKeys.revoke(key.id)
        },
      },
    }),
  },
]

export const brokenApps: readonly BrokenApp[] = [...tenants, ...execution, ...revocation]
