import { execFileSync } from 'node:child_process'
import { clientConfig } from 'allv-mcp/clients'
import fc from 'fast-check'
import { shellCommand } from '../../lib/clients/shell-words.js'
import { IDS, SALES } from './cases.js'

const word = fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text))
const words = fc.array(
  fc.oneof(word, fc.constantFrom("it's", '$HOME', '`id`', `\${X}`, '"', '\\', '*', '~', '!!', '')),
  {
    minLength: 1,
    maxLength: 8,
  },
)

it('quotes words so that a POSIX shell passes them on unchanged', () => {
  fc.assert(
    fc.property(words, (given) => {
      const script = `printf '%s\\0' ${shellCommand(given, 'posix')}`
      const got = execFileSync('sh', ['-c', script], { encoding: 'utf8' })
      expect(got.split('\0').slice(0, -1)).toEqual(given)
    }),
    { numRuns: 60 },
  )
})

/** Reads single-quoted words as PowerShell does: any of its five quotes ends one, and two of them are one. */
function powershellWords(line: string): readonly string[] {
  return [...line.matchAll(/'((?:[^'\u2018-\u201b]|['\u2018-\u201b]{2})*)'|(\S+)/g)].map(
    ([, quoted, plain]) => plain ?? (quoted ?? '').replaceAll(/['\u2018-\u201b](['\u2018-\u201b])/g, '$1'),
  )
}

it('quotes words so that PowerShell passes them on unchanged', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(word, fc.constantFrom("it's", '\u2019', '$env:X', '@args', '`n', ''))),
      (given) => {
        const line = shellCommand(given, 'powershell')
        expect(powershellWords(line)).toEqual(given)
        // Outside quotes there is nothing that PowerShell reads as more than text.
        expect(line.replaceAll(/'(?:[^'\u2018-\u201b]|['\u2018-\u201b]{2})*'/g, '')).toMatch(
          /^[A-Za-z0-9_./:@ -]*$/,
        )
      },
    ),
  )
})

const withCommand = IDS.filter((id) => clientConfig(id, { ...SALES, boundKey: true }).commands.length > 0)

it('has commands for these clients, with a key', () => {
  expect(withCommand.sort()).toEqual([
    'claude-code',
    'codex',
    'copilot-cli',
    'droid',
    'gemini-cli',
    'qwen-code',
  ])
})

it.each(withCommand)(
  'refers to the key in the command for %s by its variable, which the shell does not replace',
  (id) => {
    for (const os of ['linux', 'windows'] as const) {
      const [command] = clientConfig(id, { ...SALES, boundKey: true, os }).commands
      expect(command?.shell).toBe(os === 'windows' ? 'powershell' : 'posix')
      expect(command?.text).toMatch(
        id === 'codex'
          ? / --bearer-token-env-var ALLV_API_KEY$/
          : /'Authorization: Bearer \$\{ALLV_API_KEY\}'/,
      )
    }
  },
)

it('gives no command for Codex that would lose the member header', () => {
  expect(clientConfig('codex', { ...SALES, member: { id: 'mem_1' } }).commands).toEqual([])
})

it.each([
  [
    'codex',
    ['codex mcp add sales --url https://app.example/api/workspaces/ws_acme/mcp', 'codex mcp login sales'],
  ],
  ['antigravity', ['agy mcp add sales https://app.example/api/workspaces/ws_acme/mcp']],
] as const)('signs %s in by OAuth with commands', (id, lines) => {
  expect(clientConfig(id, { ...SALES, auth: 'oauth' }).commands.map(({ text }) => text)).toEqual(lines)
})
