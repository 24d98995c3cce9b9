/** The policy of one sequence: its verdict for each tool now, its earlier verdicts for each caller, and what may begin by it. */

import type { Approval } from '../../lib/adapters/approvals.js'
import type { ApprovalQuestion, ApprovalVerdict, Approver } from '../../lib/adapters/policy.js'
import { APPROVAL_TTL_MS, isParsedOnce, type ToolName, verdictOf } from './tools.js'

/** `usual`: what the tool begins with. `down`: it throws. */
export type RuleName = 'usual' | ApprovalVerdict['verdict'] | 'down'

type Says = ApprovalVerdict['verdict'] | 'down'

export const RULE_DOWN = 'the rule is down'
/** A reason that only the policy of a sequence gives, never a person. */
export const RULE_DENIES = 'the rule of now'

export interface Rules {
  evaluate(question: ApprovalQuestion): Promise<ApprovalVerdict>
  set(tool: ToolName, name: RuleName): void
  /** What it would say of this tool by now. */
  saysOf(tool: string): Says
  /** A rule that is down can be asked again. */
  mend(): void
  /** Whether it threw at this caller. */
  failed(correlationId: string): boolean
  decided(approvalId: string): void
  /** A run of others was marked for this approval: that takes time between the rule and the use of the approval. */
  marked(approvalId: string): void
  requested(approval: Pick<Approval, 'id' | 'tool' | 'approver'>): void
  /** An approval is about to be used. Gives whether that follows the rule at once. */
  consuming(approvalId: string): boolean
  /** A tool is about to begin. */
  begins(call: {
    readonly tool: string
    readonly correlationId: string
    readonly approvalId: string | null
  }): void
  /** Whether a tool began under this approval. */
  hasBegun(approvalId: string): boolean
}

interface Said {
  readonly says: Says
  readonly serial: number
}

export function createRules(broken: string[]): Rules {
  const names = new Map<string, RuleName>()
  /** Since a tool began for the caller: each time, the rule is asked first. */
  const lastSaid = new Map<string, Said>()
  const failures = new Set<string>()
  const decidedAt = new Map<string, number>()
  const approvals = new Map<string, Pick<Approval, 'tool' | 'approver'>>()
  const marks = new Set<string>()
  const begun = new Set<string>()
  let asked = 0
  const saysOf = (tool: string): Says => {
    const name = names.get(tool) ?? 'usual'
    return name === 'usual' ? verdictOf(tool).verdict : name
  }
  return {
    async evaluate({ context: { correlationId }, tool, arguments: args }) {
      if (!isParsedOnce(args)) broken.push(`the rule is asked about ${JSON.stringify(args)}`)
      const says = saysOf(tool.name)
      asked += 1
      lastSaid.set(correlationId, { says, serial: asked })
      if (says === 'down') failures.add(correlationId)
      return verdict(says)
    },
    set: (tool, name) => void names.set(tool, name),
    saysOf,
    mend() {
      for (const [tool, name] of names) if (name === 'down') names.set(tool, 'usual')
    },
    failed: (correlationId) => failures.has(correlationId),
    decided: (id) => void decidedAt.set(id, asked),
    marked: (id) => void marks.add(id),
    requested: (approval) => void approvals.set(approval.id, approval),
    consuming(id) {
      if (marks.has(id)) return false
      const { tool = 'none', approver = null } = approvals.get(id) ?? {}
      const says = saysOf(tool)
      if (!permits(says, approver))
        broken.push(`an approval of ${tool} by ${approver} is used while the rule says ${says}`)
      return true
    },
    begins({ tool, correlationId, approvalId }) {
      if (approvalId !== null) begun.add(approvalId)
      const approver = approvalId === null ? null : (approvals.get(approvalId)?.approver ?? null)
      const said = lastSaid.get(correlationId)
      const say = (what: string) => broken.push(`${tool} begins under an approval of ${approver}: ${what}`)
      if (said === undefined) return void say('the rule was not asked')
      lastSaid.delete(correlationId)
      if (!permits(said.says, approver)) say(`the rule said ${said.says}`)
      if (approvalId === null) {
        if (saysOf(tool) !== 'allow') say(`the rule says ${saysOf(tool)} by now`)
      } else if (said.serial <= (decidedAt.get(approvalId) ?? 0))
        say('the rule was not asked since the decision')
    },
    hasBegun: (id) => begun.has(id),
  }
}

function permits(says: Says, approver: Approver | null): boolean {
  return says === 'allow' || says === approver
}

function verdict(says: Says): ApprovalVerdict {
  switch (says) {
    case 'down':
      throw new Error(RULE_DOWN)
    case 'allow':
      return { verdict: says }
    case 'deny':
      return { verdict: says, reason: RULE_DENIES }
    default:
      return { verdict: says, ttlMs: APPROVAL_TTL_MS }
  }
}
