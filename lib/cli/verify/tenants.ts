/** Guarantee: two workspaces are apart, although their members, memory keys and idempotency keys have the same names. */

import { NotGiven } from './case.js'
import { type Caller, type Client, shown } from './client.js'
import { given } from './open-app.js'
import {
  approve,
  ensure,
  type Guarantee,
  isRefused,
  makeTenant,
  newToken,
  requestApproval,
  runsOf,
  type Scene,
  succeeded,
} from './scene.js'

const KEY = 'verify-plan'
/** Only one of the workspaces has it. */
const OWN_KEY = 'verify-own'

async function twoTenants(scene: Scene): Promise<readonly [Caller, Caller]> {
  return [await makeTenant(scene), await makeTenant(scene)]
}

const memory: readonly Guarantee[] = [
  {
    title: 'lists and reads memory of its own workspace only',
    cure: 'put context.workspaceId into the query of memory.list and memory.read',
    async body(scene) {
      const [mine, other] = await twoTenants(scene)
      const put = given(scene.app.putMemory, 'putMemory')
      await put(mine.workspaceId, KEY, 'the plan of mine')
      await put(mine.workspaceId, OWN_KEY, 'of mine')
      await put(other.workspaceId, KEY, 'the plan of the other')
      const [client] = scene.clients
      const own = await client.send(mine, 'resources/list')
      const uri = uriOf(own.text, KEY)
      ensure(uri !== null, () => `a key does not see the memory of its own workspace: ${shown(own)}`)
      const listed = await client.send(other, 'resources/list')
      ensure(!listed.text.includes(OWN_KEY), () => 'a key lists the memory of another workspace')
      const foreign = await client.send(other, 'resources/read', { uri })
      ensure(!foreign.text.includes('the plan of'), () => 'a key reads the memory of another workspace')
      const read = await client.send(mine, 'resources/read', { uri })
      ensure(
        !read.text.includes('the plan of the other'),
        () => 'reading the memory of one workspace gives the text of another',
      )
      ensure(
        read.text.includes('the plan of mine'),
        () => `a key cannot read the memory of its own workspace: ${shown(read)}`,
      )
    },
  },
  {
    title: 'changes memory of its own workspace only',
    cure: 'put context.workspaceId into every statement of memory.update',
    async body(scene) {
      const [mine, other] = await twoTenants(scene)
      const put = given(scene.app.putMemory, 'putMemory')
      for (const { workspaceId } of [mine, other]) await put(workspaceId, KEY, 'before')
      const [client] = scene.clients
      const change = { key: KEY, operation: 'replace', text: 'after' }
      const changed = await client.call(other, { tool: 'agent.update_memory', arguments: change })
      if (changed.code === 'TOOL_NOT_FOUND' || changed.text.includes('TOOL_NOT_FOUND'))
        throw new NotGiven('the memory of the host is read-only')
      ensure(
        !isRefused(changed),
        () => `a member cannot change the memory of their workspace: ${shown(changed)}`,
      )
      const uri = uriOf((await client.send(mine, 'resources/list')).text, KEY)
      const { text } = await client.send(mine, 'resources/read', { uri })
      ensure(text.includes('before'), () => 'a change of memory in one workspace changed that of another')
    },
  },
]

function uriOf(text: string, key: string): string | null {
  return new RegExp(`"uri":"([^"]*${key})"`).exec(text)?.[1] ?? null
}

const calls: readonly Guarantee[] = [
  {
    title: 'accepts a key at the endpoint of its own workspace only',
    cure: 'give the workspaceId of the key as it is stored in apiKeys.findByDigest',
    async body(scene) {
      const [mine, other] = await twoTenants(scene)
      const [client] = scene.clients
      const token = newToken()
      const foreign = { ...other, key: mine.key }
      const answer = await client.call(foreign, { tool: 'verify_count', arguments: { token } })
      ensure(
        isRefused(answer) && runsOf(scene, token) === 0,
        () => `the key of one workspace was accepted at the endpoint of another: ${shown(answer)}`,
      )
    },
  },
  {
    title: 'runs a call for the workspace and the member of its key',
    cure: 'look members up by workspaceId and memberId together',
    async body(scene) {
      const [client] = scene.clients
      for (const caller of await twoTenants(scene)) {
        const token = newToken()
        const answer = await client.call(caller, { tool: 'verify_count', arguments: { token } })
        const ran = scene.executions.find((one) => one.token === token)
        ensure(ran !== undefined, () => `a valid key could not call a tool: ${shown(answer)}`)
        ensure(
          ran.workspaceId === caller.workspaceId && ran.memberId === caller.memberId,
          () => `a call ran for ${ran.memberId} of another workspace than that of its key`,
        )
      }
    },
  },
  {
    title: 'separates the idempotency keys of two workspaces',
    cure: 'scope the unique index of idempotency keys to workspace, member, tool and key',
    async body(scene) {
      const [client] = scene.clients
      const token = newToken()
      for (const caller of await twoTenants(scene)) {
        const answer = await callOnce(client, caller, token)
        ensure(
          scene.executions.some((one) => one.token === token && one.workspaceId === caller.workspaceId),
          () => `a call did not run because another workspace had used its idempotency key: ${shown(answer)}`,
        )
      }
    },
  },
]

async function callOnce(client: Client, caller: Caller, token: string) {
  const request = { tool: 'verify_count', arguments: { token }, idempotencyKey: 'verify-1' }
  const answer = await client.call(caller, request)
  if (answer.code === 'IDEMPOTENCY_UNSUPPORTED') throw new NotGiven('the host stores no runs')
  return answer
}

const approvals: readonly Guarantee[] = [
  {
    title: 'shows an approval to its own workspace only',
    cure: 'give workspaceId and memberId of an approval as they were requested',
    approvals: true,
    async body(scene) {
      const [mine, other] = await twoTenants(scene)
      const [client] = scene.clients
      const approvalId = await requestApproval(client, mine, { token: newToken() })
      const ask = (caller: Caller) =>
        client.call(caller, { tool: 'agent.get_approval', arguments: { approvalId } })
      ensure(!isRefused(await ask(mine)), () => 'a member does not find their own approval')
      const foreign = await ask(other)
      ensure(isRefused(foreign), () => `a key sees an approval of another workspace: ${shown(foreign)}`)
    },
  },
  {
    title: 'runs a call under an approval of its own workspace only',
    cure: 'look live approvals up by the whole binding, which contains the workspace',
    approvals: true,
    async body(scene) {
      const [mine, other] = await twoTenants(scene)
      const [client] = scene.clients
      const token = newToken()
      const [id, foreignId] = [
        await requestApproval(client, mine, { token }),
        await requestApproval(client, other, { token }),
      ]
      ensure(id !== foreignId, () => 'two workspaces share one approval for the same call')
      await approve(scene, id)
      const call = (caller: Caller, task: boolean) =>
        client.call(caller, { tool: 'verify_approved', arguments: { token }, task })
      await call(other, true)
      ensure(runsOf(scene, token) === 0, () => 'a call ran under the approval of another workspace')
      const answer = await call(mine, false)
      ensure(succeeded(answer, token), () => `an approved call did not run: ${shown(answer)}`)
    },
  },
  {
    title: 'shows, answers and cancels a task for its own workspace only',
    cure: 'put the workspaceId into the query of runs.get, runs.update and runs.end',
    approvals: true,
    async body(scene) {
      const [mine, other] = await twoTenants(scene)
      const [client] = scene.clients
      const request = { tool: 'verify_approved', arguments: { token: newToken() }, task: true }
      const { taskId } = (await client.call(mine, request)).result
      if (typeof taskId !== 'string') throw new NotGiven('the host stores no runs')
      const ask = (caller: Caller, method: string) =>
        client.send(
          caller,
          method,
          { taskId, ...(method === 'tasks/update' ? { inputResponses: {} } : {}) },
          {
            task: true,
          },
        )
      for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
        const foreign = await ask(other, method)
        ensure(isRefused(foreign), () => `a key used ${method} on a task of another workspace`)
      }
      const own = await ask(mine, 'tasks/get')
      ensure(
        own.result['status'] === 'working',
        () => `a key of another workspace changed a task: ${shown(own)}`,
      )
    },
  },
]

export const tenantGuarantees: readonly Guarantee[] = [...memory, ...calls, ...approvals]
