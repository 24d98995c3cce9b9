import { type Connection, clientConfig, isClientId } from 'allv-mcp/clients'
import { SALES } from './cases.js'

const WRONG: readonly (readonly [string, unknown, RegExp])[] = [
  ['an empty name', { name: '' }, /^name must be 1 to 64 characters/],
  ['a long name', { name: 'x'.repeat(65) }, /^name must be 1 to 64 characters/],
  ['a name with a space at its end', { name: 'x ' }, /^name must be 1 to 64 characters/],
  ['a name of two lines', { name: 'x\ny' }, /^name must not contain control characters/],
  ['a name with a line separator', { name: 'x\u2028y' }, /^name must not contain control characters/],
  ['half a character', { name: 'x\ud83d' }, /^name must not contain control characters/],
  ['a name that is an option', { name: '--scope' }, /^name must not begin with "-"/],
  ['a name of the prototype', { name: '__proto__' }, /^name must not begin with "-", and must not be/],
  ['a name that is a number', { name: 1 }, /^name must be/],
  ['a path', { url: '/mcp' }, /^url must be a whole URL with https: or http:/],
  ['a URL of a file', { url: 'file:///etc/passwd' }, /^url must be a whole URL/],
  ['a script', { url: 'javascript:alert(1)' }, /^url must be a whole URL/],
  ['a URL with a tab', { url: 'https://x.example/\t' }, /^url must be a whole URL/],
  [
    'a URL with a password',
    { url: 'https://a:b@x.example/' },
    /^url must not contain a user name or password/,
  ],
  [
    'a URL with a key',
    { url: 'https://x.example/mcp?key=sk_live_a1B2c3D4e5F6' },
    /^url must not contain an API key/,
  ],
  ['an unknown way', { auth: 'none' }, /^auth must be "key" or "oauth"/],
  [
    'a key in place of a variable',
    { keyVariable: 'sk-live-1' },
    /^keyVariable must be the name of an environment variable/,
  ],
  ['an empty variable', { keyVariable: '' }, /^keyVariable must be the name/],
  ['an unknown system', { os: 'beos' }, /^os must be "mac", "linux" or "windows"/],
  [
    'a member of two lines',
    { member: { email: 'a\r\nx: y' } },
    /^member\.email must be 1 to 256 ASCII characters/,
  ],
  ['an empty member', { member: { id: '' } }, /^member\.id must be 1 to 256 ASCII characters/],
  ['a member beyond ASCII', { member: { email: 'ü@acme.test' } }, /^member\.email must be/],
  ['a prefix without "-"', { headerPrefix: 'x' }, /^headerPrefix must be that of the option brand/],
  ['a prefix of two lines', { headerPrefix: 'x\r\n-' }, /^headerPrefix must be/],
  ['a key of two lines', { revealKey: 'a\nb' }, /^revealKey must be 1 to 512 visible ASCII characters/],
  ['an empty key', { revealKey: '' }, /^revealKey must be/],
  ['a flag that is a text', { boundKey: 'yes' }, /^boundKey must be true or false/],
  ['a misspelt member', { reveal: 'sk_x' }, /^unknown member "reveal" of the connection; it has name, url/],
]

it.each(WRONG)('refuses %s, and says what is right', (_, part, message) => {
  const connection = { ...SALES, ...(part as Partial<Connection>) }
  const refusal = () => clientConfig('cursor', connection)
  expect(refusal).toThrow(TypeError)
  expect(refusal).toThrow(message)
})

it.each(['toString', '__proto__', 'Cursor', ''])('refuses the client %j, and lists all', (id) => {
  const refusal = () => clientConfig(id as 'cursor', SALES)
  expect(refusal).toThrow(/^there is no client ".*"; the clients are antigravity, chatgpt, claude-code, /)
  expect(isClientId(id)).toBe(false)
})

it.each([
  ['https://app.example/mcp', false],
  ['http://127.0.0.1:3000/mcp', false],
  ['http://localhost/mcp', false],
  ['http://[::1]:3000/mcp', false],
  ['http://acme.localhost/mcp', false],
  ['http://app.example/mcp', true],
  ['http://127.0.0.1.evil.example/mcp', true],
  ['http://10.0.0.1/mcp', true],
])('warns of a key that is sent unencrypted: %s %s', (url, warned) => {
  const { warnings } = clientConfig('cursor', { ...SALES, url })
  expect(warnings.some((warning) => warning.startsWith('The key is sent unencrypted'))).toBe(warned)
  // mcp-remote refuses such addresses unless it is told otherwise.
  const [bridge] = clientConfig('claude-desktop', { ...SALES, url }).files
  expect(bridge?.text.includes('--allow-http')).toBe(warned)
})

it('gives the same result for the same connection, and changes none', () => {
  const connection = Object.freeze({ ...SALES, member: Object.freeze({ email: 'maria@acme.test' }) })
  expect(clientConfig('vscode', connection)).toEqual(clientConfig('vscode', connection))
})

it.each([
  ['https://app.example/api/workspaces/ws_acme/mcp', true],
  ['https://app.example/api/workspaces/ws_acme/mcp/', true],
  ['https://app.example/api/workspaces/ws_acme/mcp?x=1', true],
  ['https://app.example/api/workspaces/ws_acme/mcp/oauth', false],
  ['https://app.example/api/mcp', false],
  ['https://other.example/mcp', false],
] as const)('says of %s whether it is an address for keys only: %s', (url, warned) => {
  const isWarned = (auth: 'key' | 'oauth') =>
    clientConfig('cursor', { ...SALES, url, auth }).warnings.some((warning) => warning.includes('/mcp/oauth'))
  expect([isWarned('oauth'), isWarned('key')]).toEqual([warned, false])
})
