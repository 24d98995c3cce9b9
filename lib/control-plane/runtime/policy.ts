/** Which policy holds for a host. Start-up checks that there is one where there must be, and a store for what it asks for. */

import type { Adapters } from '../../adapters/adapters.js'
import type { PolicyAdapter } from '../../adapters/policy.js'

/** `null`: no call needs an approval. Throws a TypeError that names the mistake and the cure. */
export function readPolicy(adapters: Adapters): PolicyAdapter | null {
  const { tools, policy, approvals } = adapters
  if (approvals !== undefined) assertStoreOnly(approvals)
  if (policy !== undefined) return withStore(policy, 'policy', adapters)
  if (isPolicy(tools)) return withStore(tools, 'tools', adapters)
  if (approvals !== undefined)
    throw new TypeError(
      'nothing says which calls need one of adapter "approvals"; pass adapters.policy (allowEveryCall() is one that asks for none), or the adapters.tools of createToolProvider, whose tools say it',
    )
  return null
}

/** Here the rule was before there was a policy. A host that upgrades must not lose it unheard. */
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
