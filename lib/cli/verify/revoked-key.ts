/** Guarantee: a revoked key is refused at once, everywhere, and runs nothing that waits. */

import { NotGiven } from './case.js'
import { type Caller, shown } from './client.js'
import { given } from './open-app.js'
import {
  approve,
  ensure,
  type Guarantee,
  issueKey,
  makeTenant,
  newToken,
  requestApproval,
  runsOf,
  type Scene,
  succeeded,
} from './scene.js'

const CURE =
  'read apiKeys.findByDigest from current data on every call: no cache, and revokedAt as it is stored'

async function revoke({ app }: Scene, { workspaceId, keyId: id }: Caller): Promise<void> {
  await given(app.revokeKey, 'revokeKey')({ workspaceId, id })
}

async function refusesNextRequest(scene: Scene): Promise<void> {
  const caller = await makeTenant(scene)
  const other = { ...caller, ...(await issueKey(scene, caller.workspaceId)) }
  const call = async (by: Caller) => {
    return Promise.all(
      scene.clients.map(async (client) => {
        const token = newToken()
        const answer = await client.call(by, { tool: 'verify_count', arguments: { token } })
        return { answer, token }
      }),
    )
  }
  given(scene.app.revokeKey, 'revokeKey')
  for (const { answer, token } of await call(caller))
    ensure(succeeded(answer, token), () => `a valid key was refused: ${shown(answer)}`)
  await revoke(scene, caller)
  for (const { answer, token } of await call(caller))
    ensure(
      answer.code === 'UNAUTHENTICATED' && runsOf(scene, token) === 0,
      () => `the first request after a key was revoked was answered ${shown(answer)}`,
    )
  for (const { answer, token } of await call(other))
    ensure(
      succeeded(answer, token),
      () => `another key of the workspace was refused after one was revoked: ${shown(answer)}`,
    )
}

export const revocationGuarantees: readonly Guarantee[] = [
  { title: 'refuses a revoked key with the next request', cure: CURE, body: refusesNextRequest },
  {
    title: 'refuses a revoked key with the next request, on both nodes',
    cure: CURE,
    nodes: 2,
    body: refusesNextRequest,
  },
  {
    title: 'runs no call that waits for its approval when its key is revoked',
    cure: CURE,
    approvals: true,
    async body(scene) {
      const caller = await makeTenant(scene)
      const [client] = scene.clients
      given(scene.app.revokeKey, 'revokeKey')
      const token = newToken()
      const id = await requestApproval(client, caller, { token })
      const waiting = await client.hold(caller, { tool: 'verify_approved', arguments: { token } })
      await revoke(scene, caller)
      await approve(scene, id)
      const answer = await waiting.answer
      ensure(
        runsOf(scene, token) === 0 && !succeeded(answer, token),
        () => 'a call that waited for its approval ran, although its key had been revoked',
      )
    },
  },
  {
    title: 'shows and runs no task when its key is revoked',
    cure: CURE,
    approvals: true,
    async body(scene) {
      const caller = await makeTenant(scene)
      const [client] = scene.clients
      given(scene.app.revokeKey, 'revokeKey')
      const token = newToken()
      const request = { tool: 'verify_approved', arguments: { token }, task: true }
      const asked = await client.call(caller, request)
      const { taskId } = asked.result
      if (typeof taskId !== 'string' || asked.approvalId === null)
        throw new NotGiven('the host stores no runs')
      await revoke(scene, caller)
      await approve(scene, asked.approvalId)
      const answer = await client.send(caller, 'tasks/get', { taskId }, { task: true })
      ensure(
        answer.code === 'UNAUTHENTICATED' && runsOf(scene, token) === 0,
        () => `a revoked key was shown its task: ${shown(answer)}`,
      )
    },
  },
]
