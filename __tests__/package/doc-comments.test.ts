import { compileSnippets } from '../support/compile-snippets.js'
import { readDocExamples, readPublicNames, toFiles } from '../support/doc-examples.js'

/** Editors show the doc comments: every public function has an example, and every example compiles. */

const FOLDER = '.build/doc-examples'
const examples = readDocExamples()

/** Types that a host meets first, and that have an example too. */
const MAIN = [
  ...['AllvMcpRouter', 'ControlPlane', 'AllvAgentApi', 'AllvAgent', 'AgentOutcome', 'AllvError'],
  ...['AllvMcpOptions', 'BrandOptions', 'CustomAuthentication', 'Member', 'HostEvent'],
  ...['Adapters', 'ApiKeysAdapter', 'MembersAdapter', 'ToolsAdapter', 'PolicyAdapter', 'MemoryAdapter'],
  ...['ApprovalsAdapter', 'RunsAdapter', 'AuditAdapter', 'FeaturesAdapter', 'PromptsAdapter'],
  ...['ResourcesAdapter', 'EventsAdapter', 'NodeEvents', 'ContractRunner', 'InMemorySeed'],
  ...['PostgresAdapters', 'PostgresApiKeys', 'PostgresMembers', 'PostgresApprovals', 'PostgresMemory'],
  'PostgresAudit',
]

it('gives an example of every public function and of the main types', () => {
  const names = readPublicNames()
  expect(names.length).toBeGreaterThan(100)
  const shown = new Set(examples.map(({ of }) => of))
  // A constant explains itself.
  const functions = names.filter(({ name, isType }) => !isType && !/^[A-Z_]+$/.test(name))
  expect(functions.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([])
  expect(MAIN.filter((name) => !shown.has(name))).toEqual([])
  expect(MAIN.filter((name) => !names.some((one) => one.name === name))).toEqual([])
})

it('compiles every example, in strict mode', () => {
  const entries = new Set(readPublicNames().map(({ from }) => from))
  const paths = Object.fromEntries(
    [...entries].map((from) => [from, [`${from.replace('allv-mcp', '../../lib')}/index.ts`]]),
  )
  const said = compileSnippets(FOLDER, toFiles(examples), {
    paths,
    noEmit: true,
    rootDir: '../..',
    noUnusedLocals: false,
    noUnusedParameters: false,
    verbatimModuleSyntax: false,
  })
  expect(said).toBe('')
})
