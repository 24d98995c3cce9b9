import { type ClientId, clientConfig } from 'allv-mcp/clients'
import { IDS, SALES, WAYS } from './cases.js'

/** How each client refers to a variable, and what a client of another syntax would send as it stands. */
const OWN: Readonly<Record<ClientId, string>> = {
  antigravity: 'YOUR_ALLV_KEY',
  chatgpt: '',
  'claude-code': `\${ALLV_API_KEY}`,
  'claude-connectors': 'YOUR_ALLV_KEY',
  'claude-desktop': 'YOUR_ALLV_KEY',
  cline: 'YOUR_ALLV_KEY',
  codex: '"ALLV_API_KEY"',
  continue: `\${{ secrets.ALLV_API_KEY }}`,
  'copilot-cli': `\${ALLV_API_KEY}`,
  cursor: `\${env:ALLV_API_KEY}`,
  devin: 'YOUR_ALLV_KEY',
  droid: `\${ALLV_API_KEY}`,
  'gemini-cli': `\${ALLV_API_KEY}`,
  goose: `\${ALLV_API_KEY}`,
  jetbrains: 'YOUR_ALLV_KEY',
  junie: 'YOUR_ALLV_KEY',
  kiro: `\${ALLV_API_KEY}`,
  'lm-studio': 'YOUR_ALLV_KEY',
  opencode: '{env:ALLV_API_KEY}',
  'qwen-code': `\${ALLV_API_KEY}`,
  vscode: `\${input:allv-api-key}`,
  warp: 'YOUR_ALLV_KEY',
  windsurf: `\${env:ALLV_API_KEY}`,
  zed: 'YOUR_ALLV_KEY',
}

/** Each syntax in full, so that none is part of another. */
const SYNTAXES =
  /\$\{\{ secrets\.\w+ \}\}|\$?\{(?:env:|input:)?(?:ALLV_API_KEY|allv-api-key)\}|\$ALLV_API_KEY|%ALLV_API_KEY%|YOUR_ALLV_KEY/g

it.each(IDS)('refers to the key in the syntax of %s, and in no other', (id) => {
  const { files, form } = clientConfig(id, { ...SALES, member: { email: 'maria@acme.test' } })
  const text = files[0]?.text ?? form.map(({ value }) => value).join('\n')
  const found = [...new Set(text.match(SYNTAXES) ?? [])]
  if (id === 'codex')
    expect([found, text.includes('bearer_token_env_var = "ALLV_API_KEY"')]).toEqual([[], true])
  else expect(found).toEqual(OWN[id] === '' ? [] : [OWN[id]])
})

it.each(IDS)('names another variable for %s if the host says so', (id) => {
  const { files, before } = clientConfig(id, { ...SALES, boundKey: true, keyVariable: 'ACME_KEY' })
  expect(JSON.stringify([files, before])).not.toMatch(/ALLV_API_KEY|allv-api-key/)
})

it.each(IDS)('sends %s the header of the brand, and the member by id or by email address', (id) => {
  const text = (member: { id: string } | { email: string }) =>
    JSON.stringify(clientConfig(id, { ...SALES, member, headerPrefix: 'x-acme-' }))
  const sends = !['chatgpt', 'claude-connectors'].includes(id)
  expect([text({ id: 'mem_1' }).includes('x-acme-user-id'), text({ id: 'mem_1' }).includes('mem_1')]).toEqual(
    [sends, sends],
  )
  expect(text({ email: 'a@b.test' }).includes('x-acme-user-email')).toBe(sends)
  expect(text({ id: 'mem_1' })).not.toContain('x-allv-')
})

it.each(IDS)('asks for the email address of the member for %s if it is not known', (id) => {
  const { placeholders, files } = clientConfig(id, SALES)
  const asks = files.length > 0
  expect(placeholders.some(({ text }) => text === 'YOUR_EMAIL')).toBe(asks)
  expect(JSON.stringify(files).includes('YOUR_EMAIL')).toBe(asks)
})

it('says who can connect with which key, and what else to do', () => {
  const works = (way: string) => {
    const connection = WAYS.get(way) ?? SALES
    return IDS.filter((id) => !clientConfig(id, connection).works)
  }
  expect([...WAYS.keys()].map(works)).toEqual([['chatgpt', 'claude-connectors'], ['chatgpt'], []])
  const [first] = clientConfig('claude-connectors', SALES).warnings
  expect(first).toMatch(/use a key that is bound to one member, or OAuth\.$/)
  expect(clientConfig('chatgpt', SALES).warnings[0]).toBe('ChatGPT cannot send a key: use OAuth.')
})
