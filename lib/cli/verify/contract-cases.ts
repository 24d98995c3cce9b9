/** The contract suites of the adapters, as cases. */

import {
  apiKeysContract,
  approvalsContract,
  auditContract,
  type ContractRunner,
  eventsContract,
  featuresContract,
  membersContract,
  memoryContract,
  policyContract,
  promptsContract,
  resourcesContract,
  runsContract,
  toolsContract,
  type Verification,
  type VerifiedAdapter,
  type VerifiedAdapters,
} from '../../testing/index.js'
import { NotGiven, type VerifyCase } from './case.js'

type Name = keyof VerifiedAdapters
type Suite<H, P extends string> = (
  runner: ContractRunner,
  create: () => Promise<H>,
  options: { readonly lacks?: readonly P[] },
) => void

/** Every case of every contract. Those of adapters that are not given say so when they run. */
export function contractCases({ adapters = {} }: Verification): readonly VerifyCase[] {
  return [
    ...casesOf('apiKeys', apiKeysContract, adapters.apiKeys),
    ...casesOf('members', membersContract, adapters.members),
    ...casesOf('tools', toolsContract, adapters.tools),
    ...casesOf('policy', policyContract, adapters.policy),
    ...casesOf('approvals', approvalsContract, adapters.approvals),
    ...casesOf('memory', memoryContract, adapters.memory),
    ...casesOf('runs', runsContract, adapters.runs),
    ...casesOf('audit', auditContract, adapters.audit),
    ...casesOf('features', featuresContract, adapters.features),
    ...casesOf('prompts', promptsContract, adapters.prompts),
    ...casesOf('resources', resourcesContract, adapters.resources),
    ...casesOf('events', eventsContract, adapters.events),
  ]
}

function casesOf<H, P extends string>(
  name: Name,
  suite: Suite<H, P>,
  given: VerifiedAdapter<H, P> | undefined,
): readonly VerifyCase[] {
  const cases: VerifyCase[] = []
  let group: string = name
  const add = (title: string, body: VerifyCase['body']) =>
    cases.push({ group, title, cure: CURES[name], body })
  const runner: ContractRunner = {
    describe(title, body) {
      group = title
      body()
    },
    it: add,
    skip: (title, reason) => add(title, () => notGiven(reason)),
  }
  if (given !== undefined) suite(runner, given.create, { lacks: given.lacks ?? [] })
  else suite({ ...runner, it: (title) => add(title, () => notGiven(`no adapters.${name}`)) }, absent, {})
  return cases
}

async function absent(): Promise<never> {
  throw new NotGiven('the module does not give this adapter')
}

async function notGiven(reason: string): Promise<never> {
  throw new NotGiven(reason)
}

/** By adapter: where its promise is, and what is usually wrong. */
const CURES: Readonly<Record<Name, string>> = {
  apiKeys: 'read the key by its exact digest from the current data, without a cache, also if it has ended',
  members: 'compare the workspace and the whole id, and the address without case, in every query',
  tools: 'list and call by the same rule, for the member of the context',
  policy: 'decide by the question alone, without side effects',
  approvals:
    'make each change one conditional statement or transaction: state and time in the condition, so that one of concurrent callers wins',
  memory: 'put the workspace into every query, and compare the revision in the statement that writes',
  runs: 'put the workspace into every query, and compare status and checkpoint in the statement that writes',
  audit: 'append in one transaction, in the order given; never change an event that is stored',
  features: 'read the flag of this workspace from the current data',
  prompts: 'list and get by the same rule, for the member of the context',
  resources: 'list and read by the same rule, for the member of the context',
  events: 'deliver each event once to every listener of every node',
}
