import { runCli } from '../support/terminal.js'

const SALES = ['com.acme/sales', 'https://app.example/api/workspaces/{workspaceId}/mcp']
const TEXTS = ['--description', 'Deals of a team.', '--version', '1.0.0']

it('prints the entry for the registry', async () => {
  const { code, out, err } = await runCli(['server-json', ...SALES, ...TEXTS, '--title', 'Sales'])
  expect([code, err]).toEqual([0, ''])
  const entry = JSON.parse(out)
  expect(entry).toMatchObject({ name: 'com.acme/sales', title: 'Sales', version: '1.0.0' })
  expect(entry.remotes[0].variables).toHaveProperty('workspaceId')
})

it('takes every option', async () => {
  const url = 'https://{region}.app.example/mcp'
  const options = [
    '--variable',
    'region=The region = a part of the world',
    '--bound-key',
    '--website',
    'https://acme.example',
  ]
  const { code, out } = await runCli(['server-json', 'com.acme/sales', url, ...TEXTS, ...options, '--json'])
  const [remote] = JSON.parse(out).remotes
  expect(code).toBe(0)
  expect(remote.variables.region.description).toBe('The region = a part of the world')
  expect(remote.headers).toHaveLength(1)
  const { out: withOAuth } = await runCli(['server-json', ...SALES, ...TEXTS, '--oauth'])
  expect(JSON.parse(withOAuth).remotes[0]).not.toHaveProperty('headers')
  const { out: branded } = await runCli(['server-json', ...SALES, ...TEXTS, '--header-prefix', 'x-acme-'])
  expect(branded).toContain('x-acme-user-email')
})

it.each([
  [[], 'NAME is missing'],
  [['com.acme/sales'], 'URL is missing'],
  [SALES, '--description is missing'],
  [[...SALES, '--description', 'x'], '--version is missing'],
  [[...SALES, '--description', 'x', '--version', '*'], 'version must be exact'],
  [['sales', SALES[1] ?? '', ...TEXTS], 'name must be a domain name in reverse order'],
  [['com.acme/sales', 'https://{region}.example', ...TEXTS], 'variables must say what {region}'],
  [[...SALES, ...TEXTS, '--variable', 'region'], '--variable must be NAME=TEXT'],
])('refuses %j with exit code 2, and says what is right', async (args, message) => {
  const { code, out, err } = await runCli(['server-json', ...args])
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(message)
})

it('says in its help what it takes', async () => {
  const { code, out } = await runCli(['server-json', '--help'])
  expect([code, out]).toEqual([0, expect.stringMatching(/^Usage: allv-mcp server-json NAME URL/)])
})
