/** What the guarantees share: an app with counted tools, workspaces with a member and a key, and how their calls went. */

import type { VerifiedApp, VerifiedHost } from '../../testing/index.js'
import { Broken, NotGiven, type VerifyCase } from './case.js'
import { type Answer, type Caller, type Client, createClient, shown } from './client.js'
import { given, type OpenApp, openApp } from './open-app.js'
import { createProbe, type Execution, type ProbeTool } from './probe.js'

/** The app while one case runs. */
export interface Scene {
  readonly app: Omit<VerifiedApp, 'app' | 'mount'>
  /** Clients of the nodes. Most cases use the first. */
  readonly clients: readonly [Client, ...Client[]]
  /** What has run so far. */
  readonly executions: readonly Execution[]
}

/** A guarantee that holds over HTTP. */
export interface Guarantee {
  /** What the host does, in the present tense. */
  readonly title: string
  /** What to look at if it does not. */
  readonly cure: string
  /** Default 1. */
  readonly nodes?: 1 | 2
  readonly approvals?: true
  readonly body: (scene: Scene) => Promise<void>
}

/** The guarantees of one group, as cases. Each gets an app of its own. */
export function guaranteeCases(
  group: string,
  host: VerifiedHost | undefined,
  guarantees: readonly Guarantee[],
): readonly VerifyCase[] {
  return guarantees.map((guarantee) => ({
    group,
    title: guarantee.title,
    cure: guarantee.cure,
    async body() {
      if (host === undefined) throw new NotGiven('the module gives no host')
      const { lacks = [] } = host
      if (guarantee.approvals && lacks.includes('approvals')) throw new NotGiven('the host lacks approvals')
      if (guarantee.nodes === 2 && lacks.includes('nodes')) throw new NotGiven('the host lacks nodes')
      await withScene(host, guarantee)
    },
  }))
}

async function withScene(host: VerifiedHost, { nodes = 1, body }: Guarantee): Promise<void> {
  const executions: Execution[] = []
  const probe = createProbe((one) => executions.push(one), !host.lacks?.includes('approvals'))
  const opened: OpenApp[] = []
  const open = async () => {
    const one = await openApp(host, probe)
    opened.unshift(one)
    return one
  }
  try {
    const { app, url } = await open()
    const others = nodes === 2 ? [createClient((await open()).url)] : []
    await body({ app, clients: [createClient(url), ...others], executions })
  } finally {
    for (const one of opened) await one.close()
  }
}

/** The member of every workspace: hosts may number members within a workspace. */
const MEMBER_ID = 'mem_1'

/** Makes a workspace with a member and a key. Members of all workspaces have the same id and the same address. */
export async function makeTenant({ app }: Pick<Scene, 'app'>): Promise<Caller> {
  const workspaceId = `ws_verify_${crypto.randomUUID()}`
  await addMember({ app }, workspaceId)
  return { workspaceId, memberId: MEMBER_ID, ...(await issueKey({ app }, workspaceId)) }
}

export async function addMember({ app }: Pick<Scene, 'app'>, workspaceId: string): Promise<void> {
  await app.addMember({ id: MEMBER_ID, workspaceId, email: 'one@verify.test', active: true })
}

export async function issueKey({ app }: Pick<Scene, 'app'>, workspaceId: string) {
  const { id, key } = await app.issueKey({ workspaceId, members: [MEMBER_ID], scopes: ['*'] })
  return { keyId: id, key }
}

/** Decides an approval as an operator. */
export async function decide(
  { app }: Pick<Scene, 'app'>,
  id: string,
  decision: 'approve' | 'deny',
  decidedBy = 'verify_operator',
): Promise<string> {
  const { status } = await given(app.decide, 'decide')({ id, decision, decidedBy })
  return status
}

export async function approve(scene: Pick<Scene, 'app'>, id: string): Promise<void> {
  const status = await decide(scene, id, 'approve')
  if (status !== 'decided')
    throw new Broken(`an operator could not approve a pending approval: decide answered ${status}`)
}

/** Requests an approval for a call, and gives its id. */
export async function requestApproval(
  client: Client,
  caller: Caller,
  { token, tool = 'verify_approved' }: { readonly token: string; readonly tool?: ProbeTool },
): Promise<string> {
  const answer = await client.call(caller, { tool, arguments: { token }, task: true })
  if (answer.approvalId === null)
    throw new Broken(`a call that needs an approval was answered ${shown(answer)}, without an approval`)
  return answer.approvalId
}

/** How often a tool ran with this token. */
export function runsOf({ executions }: Pick<Scene, 'executions'>, token: string): number {
  return executions.filter((one) => one.token === token).length
}

/** Whether the tool ran, or had run, and the caller got its result. */
export function succeeded({ result, code }: Answer, token: string): boolean {
  const content = result['structuredContent']
  return code === null && JSON.stringify(content ?? null).includes(token)
}

/** Whether the call still runs on behalf of another caller. */
export function isUnderWay({ code, result }: Answer): boolean {
  return code === 'RUN_IN_PROGRESS' || code === 'APPROVAL_PENDING' || result['resultType'] === 'task'
}

/** Refused, or not found: anything but a result. */
export function isRefused({ code, result, status }: Answer): boolean {
  return status >= 400 || code !== null || result['isError'] === true || Object.keys(result).length === 0
}

/** Fails with a sentence. */
export function ensure(holds: boolean, sentence: () => string): asserts holds {
  if (!holds) throw new Broken(sentence())
}

/** A token that no other case has. */
export function newToken(): string {
  return `token_${crypto.randomUUID()}`
}
