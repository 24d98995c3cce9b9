import { CLIENTS } from 'allv-mcp/clients'
import { runCli } from '../support/terminal.js'

const URL_TEXT = 'https://app.example/api/workspaces/ws_acme/mcp'

it('prints the file, the link and the next steps for a client', async () => {
  const { code, out, err } = await runCli([
    'config',
    'cursor',
    URL_TEXT,
    '--member',
    'maria@acme.test',
    '--os',
    'mac',
  ])
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('~/.cursor/mcp.json (for all of your projects)')
  expect(out).toContain(`"Authorization": "Bearer \${env:ALLV_API_KEY}"`)
  expect(out).toContain('"x-allv-user-email": "maria@acme.test"')
  expect(out).toMatch(/Add to Cursor \(web page\): https:\/\/cursor\.com\//)
})

it('prints the whole result as JSON, and nothing else', async () => {
  const { code, out, err } = await runCli([
    'config',
    'codex',
    URL_TEXT,
    '--member',
    'mem_1',
    '--json',
    '--name',
    'crm',
  ])
  expect([code, err]).toEqual([0, ''])
  const { files, works, client } = JSON.parse(out)
  expect([works, client.id, files[0].format]).toEqual([true, 'codex', 'toml'])
  expect(files[0].text).toContain('http_headers = { x-allv-user-id = "mem_1" }')
  expect(files[0].text).toContain('[mcp_servers.crm]')
})

it('takes every option', async () => {
  const options = [
    '--bound-key',
    '--key-variable',
    'ACME_KEY',
    '--header-prefix',
    'x-acme-',
    '--os',
    'windows',
  ]
  const { out } = await runCli(['config', 'claude-code', URL_TEXT, ...options])
  expect(out).toContain('%USERPROFILE%\\.claude.json')
  expect(out).toContain(`'Authorization: Bearer \${ACME_KEY}'`)
  expect(out).not.toContain('x-acme-')
  const { out: withOAuth } = await runCli(['config', 'claude-code', URL_TEXT, '--oauth'])
  expect(withOAuth).not.toMatch(/Authorization|ALLV_API_KEY/)
})

it('ends with 1 where a client cannot connect in this way, and says what can', async () => {
  for (const [client, cure] of [
    ['chatgpt', 'ChatGPT cannot send a key: use OAuth.'],
    ['claude-connectors', 'use a key that is bound to one member, or OAuth.'],
  ] as const) {
    const { code, out, err } = await runCli(['config', client, URL_TEXT])
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(cure)
    const json = await runCli(['config', client, URL_TEXT, '--json'])
    expect([json.code, JSON.parse(json.out).works]).toEqual([1, false])
  }
})

it('writes warnings apart from the result', async () => {
  const { code, out, err } = await runCli(['config', 'zed', 'http://app.example/mcp', '--bound-key'])
  expect(code).toBe(0)
  expect(err).toMatch(/^Warning: The key is sent unencrypted/)
  expect(out).not.toContain('Warning')
})

it('lists all clients', async () => {
  const { code, out } = await runCli(['config', '--list'])
  expect(code).toBe(0)
  for (const { id, title } of CLIENTS)
    expect(out).toMatch(new RegExp(`^${id} .*${title.replaceAll(/[()]/g, '.')}$`, 'm'))
  const json = await runCli(['config', '--list', '--json'])
  expect(JSON.parse(json.out)).toEqual(CLIENTS)
})

it.each([
  [[], 'CLIENT is missing'],
  [['curser', URL_TEXT], 'there is no client "curser"'],
  [['__proto__', URL_TEXT], 'there is no client "__proto__"'],
  [['cursor'], 'URL is missing'],
  [['cursor', 'nonsense'], 'URL must be a whole URL'],
  [['cursor', URL_TEXT, 'more'], 'unexpected argument: more'],
  [['cursor', URL_TEXT, '--name', ''], '--name must be 1 to 64 characters'],
  [
    ['cursor', URL_TEXT, '--key-variable', 'sk-1'],
    '--key-variable must be the name of an environment variable',
  ],
  [['cursor', URL_TEXT, '--member', 'ü@x'], '--member must be 1 to 256 ASCII characters'],
  [
    ['cursor', URL_TEXT, '--member', 'm', '--bound-key'],
    '--member goes neither with --bound-key nor with --oauth',
  ],
  [['cursor', URL_TEXT, '--header-prefix', 'X'], '--header-prefix must be that of the option brand'],
  [['cursor', URL_TEXT, '--os', 'beos'], '--os must be mac, linux or windows'],
  [['cursor', URL_TEXT, '--key', 'sk_live_1'], "Unknown option '--key'"],
  [['--list', 'cursor'], '--list takes no CLIENT'],
])('refuses %j with exit code 2, and says what is right', async (args, message) => {
  const { code, out, err } = await runCli(['config', ...args])
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(message)
  expect(err).toContain('allv-mcp config --help shows what it takes.')
})

it('says in its help what it takes', async () => {
  const { code, out } = await runCli(['config', '--help'])
  expect([code, out]).toEqual([0, expect.stringMatching(/^Usage: allv-mcp config CLIENT URL/)])
  for (const option of [
    '--name',
    '--member',
    '--bound-key',
    '--key-variable',
    '--oauth',
    '--os',
    '--list',
    '--json',
  ])
    expect(out).toContain(option)
})
