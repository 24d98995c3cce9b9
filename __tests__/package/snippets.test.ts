import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMMANDS } from '../../lib/cli/commands.js'
import { compileSnippets } from '../support/compile-snippets.js'
import { runProgram } from '../support/run-program.js'
import { exchangesOf, holdConversation, printed } from '../support/shown-exchanges.js'
import { pathOf, readDocuments, readSnippets } from '../support/snippets.js'

/**
 * Every snippet of the documents. One that exports something is a part of a program: it compiles. One that exports nothing is a program: it
 * also runs, to its end or until it listens. CONTRIBUTING.md says how to write them.
 */

const FOLDER = '.build/snippets'
const documents = readDocuments()
const snippets = documents.flatMap(readSnippets)
const code = snippets.filter(({ language, packages }) => language === 'ts' && packages === null)

const ENVIRONMENT = {
  ALLV_MCP_SECRET: 'a secret of at least 32 characters',
  ALLV_API_KEY: 'sk_test_only',
}

const programs = code.filter(({ text, noRun }) => !/^export /m.test(text) && noRun === null)

it('compiles, in strict mode, with the published types', () => {
  const paths = code.map(pathOf)
  expect(paths.filter((path, i) => paths.indexOf(path) !== i)).toEqual([])
  const files = code.map((snippet) => ({ path: pathOf(snippet), text: snippet.text }))
  expect(compileSnippets(FOLDER, files)).toBe('')
})

it.each(programs.map((program) => [`${program.document}:${program.line}`, program] as const))(
  'runs, and answers its curl commands as printed: %s',
  async (_, program) => {
    const running = await runProgram(join(FOLDER, pathOf(program).replace(/ts$/, 'js')), ENVIRONMENT)
    const exchanges = exchangesOf(
      program,
      snippets.filter(({ document }) => document === program.document),
    )
    try {
      const started = running.port !== null || running.exitCode === 0
      expect([started, started ? '' : running.output()]).toEqual([true, ''])
      if (exchanges.length === 0) return
      expect(running.port).not.toBeNull()
      const answers = holdConversation(exchanges, running.port ?? 0)
      const expected = exchanges.map(({ answer }) => answer)
      const given = (await answers).map((answer, i) => (expected[i] === null ? null : answer))
      expect(given).toEqual(expected.map((answer) => printed(answer ?? null)))
    } finally {
      await running.stop()
    }
  },
)

it('has a reason wherever a program does not run, and JSON that parses', () => {
  expect(code.filter(({ noRun }) => noRun !== null && noRun.length < 10)).toEqual([])
  const broken = snippets
    .filter(({ language }) => language === 'json')
    .filter(({ text }) => {
      try {
        JSON.parse(text)
        return false
      } catch {
        return true
      }
    })
  expect(broken.map(({ document, line }) => `${document}:${line}`)).toEqual([])
})

it('names commands and files that exist', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  const lost = snippets
    .filter(({ language }) => language === 'sh')
    .flatMap(({ document, line, text }) => [
      ...[...text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)]
        // `dev` is a script of the app that `allv-mcp init` writes.
        .filter(([, name = '']) => scripts[name] === undefined && name !== 'dev')
        .map(([found]) => `${document}:${line} ${found}`),
      ...[...text.matchAll(/\bnpx allv-mcp ([a-z][\w-]*)/g)]
        .filter(([, name = '']) => !COMMANDS.has(name))
        .map(([found]) => `${document}:${line} ${found}`),
      ...[...text.matchAll(/\bnode ((?:examples|bench|docs|__tests__)\/[\w./-]+)/g)]
        .filter(([, path = '']) => !existsSync(path))
        .map(([found]) => `${document}:${line} ${found}`),
    ])
  expect(lost).toEqual([])
})
