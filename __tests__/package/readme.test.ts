import { readFileSync, statSync } from 'node:fs'
import { readSnippets } from '../support/snippets.js'

/** README wins a stranger in a minute. Its programs, commands and answers run in snippets.test.ts and parts.test.ts. */

const readme = readFileSync('README.md', 'utf8')
const snippets = readSnippets('README.md')

it('is short, and its programs fit on a screen', () => {
  expect(readme.split('\n').length).toBeLessThan(200)
  const programs = snippets.filter(({ language }) => language === 'ts')
  expect(programs.length).toBe(4)
  for (const { line, text } of programs)
    expect([line, text.trim().split('\n').length < 36]).toEqual([line, true])
})

it('has its sections in the order in which a newcomer needs them', () => {
  expect([...readme.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual([
    'Try it',
    'Your first tool',
    'Make it wait',
    'Connect a client',
    'Keep it',
    'Two faces',
    'Security',
    'More',
  ])
})

it('installs everything that its first program imports, and shows what the program answers', () => {
  const install = /^npm install (.+)$/m.exec(readme)?.[1]?.split(' ')
  const [first = { text: '', line: 0 }] = snippets.filter(({ language }) => language === 'ts')
  const imported = [...first.text.matchAll(/from '([^'/]+)/g)].map(([, name = '']) => name)
  expect(install).toEqual(['allv-mcp', 'express', 'zod'])
  expect([...new Set(imported)].sort()).toEqual(install)
  const after = snippets.slice(snippets.findIndex(({ line }) => line === first.line) + 1)
  expect(after.slice(0, 2).map(({ language }) => language)).toEqual(['sh', 'json'])
})

it('shows a picture of an approval that loads fast, and says in words what is on it', () => {
  const [, path = '', alt = ''] = /<img src="([^"]+)"[^>]* alt="([^"]+)"/.exec(readme) ?? []
  expect(statSync(path).size).toBeLessThan(120_000)
  expect(alt.length).toBeGreaterThan(80)
})

it('configures clients for the program that it shows, without a key in the file', () => {
  const configurations = snippets
    .filter(({ language, text }) => language === 'json' && !text.includes('"jsonrpc"'))
    .map(({ text }) => JSON.parse(text))
    .filter((value) => 'mcpServers' in value || 'servers' in value)
  expect(configurations.map((value) => Object.keys(value))).toEqual([['mcpServers'], ['inputs', 'servers']])
  const text = readme.slice(readme.indexOf('## Connect a client'), readme.indexOf('## Keep it'))
  const addresses = [...text.matchAll(/https?:\/\/[^\s"]+/g)].map(([address]) => address)
  expect(new Set(addresses)).toEqual(new Set(['http://127.0.0.1:3000/api/workspaces/ws_acme/mcp']))
  expect(addresses.length).toBe(3)
  expect(text).not.toContain('sk_')
})
