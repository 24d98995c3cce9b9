import { execFileSync } from 'node:child_process'
import { compileSnippets } from '../support/compile-snippets.js'
import { pathOf, readDocuments, readSnippets } from '../support/snippets.js'

/** The parts of programs that the guides show do what their pages say. */

const FOLDER = '.build/parts'

it('runs them as printed: client, both faces, stores, Redis, own bus, own server, approvals, prompts and resources', () => {
  const parts = readDocuments()
    .flatMap(readSnippets)
    .filter(({ language, file, packages }) => language === 'ts' && file !== null && packages === null)
  expect(
    compileSnippets(
      FOLDER,
      parts.map((part) => ({ path: pathOf(part), text: part.text })),
    ),
  ).toBe('')
  const output = execFileSync(process.execPath, ['__tests__/package/parts-story.mjs', FOLDER], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  expect(JSON.parse(output)).toEqual({
    client: ['agent_get_approval'],
    faces: ['completed', 'TOOL_NOT_FOUND'],
    stores: ['sk_live_', { runs: 0, approvals: 0, audit: 0, memoryHistory: 0 }],
    redis: ['events', 'rateLimit'],
    ownBus: ['approval.decided', 'approval_changed'],
    inFront: [401, { path: '/hello' }, 404],
    approvals: ['completed', [404, 404, 403, 400, 'decided', 'not_pending'], 'completed'],
    content: [
      ['crm://handbook/refunds'],
      'Up to 20 euros without asking.',
      'RESOURCE_NOT_FOUND',
      'PROMPT_NOT_FOUND',
    ],
  })
})
