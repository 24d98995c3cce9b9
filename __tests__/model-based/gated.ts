/** Stores as one node sees them: slow, checked, and unreachable when the node dies. */

import type { Adapters } from '../../lib/adapters/adapters.js'
import type { Approval, ApprovalsAdapter } from '../../lib/adapters/approvals.js'
import type { Life } from './gates.js'
import type { Stage, Stores } from './stage.js'

export interface Watched {
  readonly approvals: Omit<Stores['approvals'], 'decide'> & Required<Pick<ApprovalsAdapter, 'decide'>>
  readonly runs: Stores['runs']
}

/** A change of a store passes a gate before and one after, so a node may die in between. A use of an approval is checked before it waits. */
export function gated(
  { approvals, runs }: Watched,
  { gates, rules, credentials, broken }: Pick<Stage, 'gates' | 'rules' | 'credentials' | 'broken'>,
  life: Life,
): Pick<Adapters, 'approvals' | 'runs'> {
  const reading =
    <A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await gates.pass(life)
      return act(...args)
    }
  const writing =
    <A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await gates.pass(life)
      const given = await act(...args)
      await gates.pass(life)
      return given
    }
  const consume = writing(approvals.consume)
  const request = writing(approvals.request)
  const update = writing(runs.update)
  return {
    approvals: {
      async request(asked) {
        const given = await request(asked)
        if (!('status' in given)) rules.requested(given)
        return given
      },
      get: reading(approvals.get),
      consume(claim) {
        if (rules.consuming(claim.id) && credentials.isOver())
          broken.push('an approval is used by a key that is over')
        return consume(claim)
      },
      settle: writing(approvals.settle),
      extend: reading(approvals.extend),
      decide: writing(approvals.decide),
      wait: writing(approvals.wait),
      url: async ({ id }: Approval) => `https://acme.test/approvals/${id}`,
    },
    runs: {
      begin: writing(runs.begin),
      end: writing(runs.end),
      update(run) {
        if (run.checkpoint === 'begun' && run.approvalId !== null) rules.marked(run.approvalId)
        return update(run)
      },
      get: reading(runs.get),
      extend: reading(runs.extend),
      list: runs.list,
    },
  }
}
