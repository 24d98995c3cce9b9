/** What runs under an approval: the exact call, decided by the right person, by the rule of now. */

import { guards } from '../guard.js'

const LIES = ['__tests__/untrusted-approval-stores.test.ts', '__tests__/untrusted-task-stores.test.ts']
const RULE = ['__tests__/current-policy.test.ts']
const CHANGED = ['__tests__/changed-while-waiting.test.ts']
const START_UP = ['__tests__/start-up.test.ts']
const FORMS = ['__tests__/complete-forms.test.ts']

export const APPROVAL_GUARDS = [
  ...guards('lib/control-plane/runtime/policy.ts', START_UP, [
    [
      'an evaluate on the approvals adapter is ignored',
      'if (approvals !== undefined) assertStoreOnly(approvals)',
      '',
    ],
    [
      'a host with approvals, and without a rule, starts',
      "if (approvals !== undefined)\n    throw new TypeError(\n      'there is",
      "if (approvals === null)\n    throw new TypeError(\n      'there is",
    ],
    [
      'a host with a rule, and without approvals, starts',
      'if (needsApprovals && approvals === undefined) throw',
      'if (needsApprovals === null) throw',
    ],
  ]),
  ...guards('lib/adapter-kit/no-rule.ts', START_UP, [
    [
      'an evaluate given to a store is ignored',
      "'evaluate' in options && options.evaluate !== undefined",
      'false',
    ],
  ]),
  ...guards(
    'lib/tools/tool-provider.ts',
    [...START_UP, '__tests__/policy.test.ts'],
    [
      [
        'tools with a rule say that they need no approvals',
        "tools.some(({ approval }) => approval !== 'none')",
        'false',
      ],
      ['a fallback that may ask says that it needs no approvals', 'fallback !== denyUnknown ||', ''],
    ],
  ),
  ...guards('lib/control-plane/approvals/consume.ts', LIES, [
    ['an approval of another workspace is used', 'approval.workspaceId === context.workspaceId &&', ''],
    ['an approval of another member is used', 'approval.memberId === context.member.id &&', ''],
    ['an approval of another tool is used', 'approval.tool === tool.name &&', ''],
    [
      'an approval that this run did not consume is used',
      "won.state !== 'executing' || won.runId !== runId",
      "won.state !== 'executing'",
    ],
    [
      'an approval that is not consumed is used',
      "won.state !== 'executing' || won.runId !== runId",
      'won.runId !== runId',
    ],
    [
      'the requester decides for the operator, where the store lets them',
      '(!approval.decidedBy || approval.decidedBy === context.member.id)',
      '!approval.decidedBy',
    ],
    [
      'an operator approval without a decision is used',
      '(!approval.decidedBy || approval.decidedBy === context.member.id)',
      'approval.decidedBy === context.member.id',
    ],
  ]),
  ...guards(
    'lib/control-plane/approvals/continue-approved.ts',
    [...CHANGED, '__tests__/continued-approvals.test.ts'],
    [
      [
        'a later round runs under an approval that another run executes',
        "approval.state === 'executing' && approval.runId === consumedBy",
        "approval.state === 'executing'",
      ],
      [
        'a later round runs although its approval is settled',
        "approval.state === 'executing' && approval.runId === consumedBy",
        'approval.runId === consumedBy',
      ],
      [
        'a later round of another definition runs',
        "isOfAnotherDefinition(begun, approval)\n      ? ended(begun.run.id, 'APPROVAL_EXPIRED')\n      : ",
        '',
      ],
    ],
  ),
  ...guards('lib/control-plane/approvals/rule.ts', RULE, [
    ['a denial by the current policy is ignored', "if (ruling.verdict === 'deny') return ruling", ''],
    [
      'the decision of another approver counts',
      "ruling.verdict === 'allow' || ruling.verdict === approver",
      'approver !== null',
    ],
  ]),
  ...guards(
    'lib/control-plane/approvals/rule.ts',
    ['__tests__/policy.test.ts'],
    [['a tool that lost its rule runs', 'if (hasApprovalRule(inputSchema))', 'if (name === inputSchema)']],
  ),
  ...guards(
    'lib/control-plane/approvals/member-decision.ts',
    [...RULE, ...FORMS],
    [
      [
        'the rule is not asked before a member confirms',
        "decision === 'approve' ? await object() : null",
        'null',
      ],
    ],
  ),
  ...guards('lib/control-plane/approvals/describe.ts', FORMS, [
    ['a form offers a call whose arguments it cuts', 'shownArguments(args).length <= MOST_ARGUMENTS && ', ''],
    ['a form offers a call whose summary it cuts', ' && shownSummary(summary).length <= MOST_SUMMARY', ''],
    [
      'characters hide in the arguments of a form',
      'return visibleText(JSON.stringify(args))',
      'return JSON.stringify(args)',
    ],
    [
      'characters hide in the summary of a form',
      "return summary === null ? '' : visibleText(summary)",
      "return summary ?? ''",
    ],
  ]),
  ...guards(
    'lib/control-plane/approvals/binding.ts',
    ['__tests__/changed-while-waiting.test.ts', ...RULE],
    [
      [
        'a call is approved under another title',
        'const { name, title, description',
        'const { name, description',
      ],
    ],
  ),
]
