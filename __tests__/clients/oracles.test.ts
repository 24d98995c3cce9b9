import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { MCPConfigRegistry } from '@gleanwork/mcp-config-schema'
import { agents } from 'add-mcp'
import { type ClientId, clientConfig, type OperatingSystem } from 'allv-mcp/clients'
import { parse as parseToml } from 'smol-toml'
import { parse as parseYaml } from 'yaml'
import { SALES, SYSTEMS } from './cases.js'
import { ADD_MCP, GLEAN } from './oracle-differences.js'

/**
 * Two packages that write configurations too. A difference that is new or gone fails: look it up in the client's own documentation or source, and then
 * change our table, or the list.
 */

const connection = { ...SALES, member: { email: 'maria@acme.test' } } as const

/** One line for each value: `mcpServers.sales.url = "…"`. */
function linesOf(value: unknown, path = ''): readonly string[] {
  const isLeaf = typeof value !== 'object' || value === null || Object.keys(value).length === 0
  if (isLeaf || Array.isArray(value)) return [`${path} = ${JSON.stringify(value)}`]
  return Object.entries(value).flatMap(([key, member]) =>
    linesOf(member, path === '' ? key : `${path}.${key}`),
  )
}

function differences(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  return [
    ...ours.filter((line) => !theirs.includes(line)).map((line) => `+ ${line}`),
    ...theirs.filter((line) => !ours.includes(line)).map((line) => `- ${line}`),
  ]
}

function ourLines(id: ClientId): readonly string[] {
  const [file] = clientConfig(id, connection).files
  const text = file?.text ?? ''
  if (file?.format === 'toml') return linesOf(parseToml(text))
  return linesOf(file?.format === 'yaml' ? parseYaml(text) : JSON.parse(text))
}

const missingPaths = (id: ClientId, os: OperatingSystem, theirs: readonly (string | undefined)[]) => {
  const ours = clientConfig(id, { ...connection, os }).files.map(({ path }) => path)
  return theirs.flatMap((path) => (path === undefined || ours.includes(path) ? [] : [`- path ${path}`]))
}

/** Neither package knows the syntax of a client: both write what they are given. So they are given ours. */
function headersFor(id: ClientId): Record<string, string> {
  const written = /Bearer (\$?\{+[^}"]*\}+|YOUR_ALLV_KEY)/.exec(ourLines(id).join('\n'))?.[1]
  return { Authorization: `Bearer ${written ?? 'ALLV_API_KEY'}`, 'x-allv-user-email': 'maria@acme.test' }
}

const here = process.platform === 'darwin' ? 'mac' : process.platform === 'win32' ? 'windows' : 'linux'

it.each([...ADD_MCP])(
  'add-mcp writes %s as we do, but for the listed differences',
  (id, [type, expected]) => {
    const agent = new Map<string, (typeof agents)['cursor']>(Object.entries(agents)).get(type)
    const { configKey = '', configPath = '', localConfigPath, transformConfig } = agent ?? {}
    const config = { type: 'http', url: SALES.url, headers: headersFor(id) } as const
    const theirs = linesOf({
      [configKey]: { sales: transformConfig?.('sales', config, { local: false, configKey }) },
    })
    const found = [
      ...differences(ourLines(id), theirs),
      ...missingPaths(id, here, [configPath.replace(homedir(), '~'), localConfigPath]),
    ]
    expect(found.sort()).toEqual(Object.keys(expected).sort())
  },
)

it.each([...GLEAN])(
  'mcp-config-schema writes %s as we do, but for the listed differences',
  (id, [client, expected]) => {
    const registry = new MCPConfigRegistry()
    const builder = registry.createBuilder(client as 'cursor')
    const document = builder.buildConfiguration({
      transport: 'http',
      serverUrl: SALES.url,
      serverName: 'sales',
      headers: headersFor(id),
    })
    const configPath = registry.getConfig(client as 'cursor')?.configPath ?? {}
    const platforms = { mac: configPath.darwin, linux: configPath.linux, windows: configPath.win32 }
    const found = [
      ...differences(ourLines(id), linesOf(document)),
      ...SYSTEMS.flatMap((os) => missingPaths(id, os, [platforms[os]?.replace('$HOME', '~')])),
    ]
    expect(found.sort()).toEqual(Object.keys(expected).sort())
  },
)

it.each([
  ['add-mcp', '2.4'],
  ['@gleanwork/mcp-config-schema', '5.2'],
])('compares with the release of %s that the list was made for', (name, release) => {
  const { version } = JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8'))
  expect(String(version).split('.').slice(0, 2).join('.')).toBe(release)
})
