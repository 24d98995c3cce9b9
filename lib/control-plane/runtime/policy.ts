/** Finds the approval policy of a host at start-up. Checks that approvals have a policy and a store. */

import type { Adapters } from '../../adapters/adapters.js'
import type { PolicyAdapter } from '../../adapters/policy.js'

/** The policy; `null` when no call needs an approval. Throws a TypeError that names the mistake and the fix. */
export function readPolicy(adapters: Adapters): PolicyAdapter | null {
  const { tools, policy, approvals } = adapters
  if (approvals !== undefined) assertStoreOnly(approvals)
  if (policy !== undefined) return withStore(policy, 'policy', adapters)
  if (isPolicy(tools)) return withStore(tools, 'tools', adapters)
  if (approvals !== undefined)
    throw new TypeError(
      'there is an adapter "approvals" but no policy says which calls need an approval; pass adapters.policy (with allowEveryCall() no call needs one), or the adapters.tools of createToolProvider, whose tools have rules',
    )
  return null
}

/** Throws for the former place of the policy, so that a host that upgrades does not lose its policy unnoticed. */
function assertStoreOnly(approvals: NonNullable<Adapters['approvals']>): void {
  const former: unknown = Reflect.get(approvals, 'evaluate')
  if (former !== undefined && former !== null)
    throw new TypeError(
      'adapter "approvals" has an evaluate(), which nothing calls; pass it as adapters.policy: { evaluate }, or remove it where adapters.tools has the rules',
    )
}

function isPolicy(tools: Adapters['tools']): tools is Adapters['tools'] & PolicyAdapter {
  return tools.evaluate !== undefined
}

function withStore(
  policy: PolicyAdapter,
  name: 'policy' | 'tools',
  { approvals }: Pick<Adapters, 'approvals'>,
): PolicyAdapter {
  const needsApprovals: unknown = policy.needsApprovals ?? true
  if (typeof needsApprovals !== 'boolean')
    throw new TypeError(`needsApprovals of adapter "${name}" must be true or false`)
  if (needsApprovals && approvals === undefined) throw new TypeError(NO_STORE[name])
  return policy
}

const STORE = 'and there is no adapter "approvals" that stores them'
const STORES = 'pass adapters.approvals, such as those of createPostgresAdapters'

const NO_STORE = {
  policy: `adapter "policy" may ask for approvals, ${STORE}; ${STORES}, or set needsApprovals: false where no verdict is operator or member`,
  tools: `adapter "tools" has approval rules, ${STORE}; ${STORES}, or a policy that takes the place of the rules, such as policy: allowEveryCall()`,
} as const
