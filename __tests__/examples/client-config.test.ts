import {
  CURSOR_KEY_FROM_ENV,
  claudeCommand,
  curlCommand,
  cursorConfig,
} from '../../examples/host/client-config.js'

const connection = {
  endpoint: 'http://127.0.0.1:3000/api/workspaces/ws_acme/mcp',
  apiKey: 'sk_x',
  memberEmail: 'maria@acme.test',
}

it('prints a Cursor configuration that is ready to paste', () => {
  expect(JSON.parse(cursorConfig(connection)).mcpServers.sales).toEqual({
    url: connection.endpoint,
    headers: { Authorization: 'Bearer sk_x', 'x-allv-user-email': 'maria@acme.test' },
  })
})

it('prints a Cursor configuration that reads the key from the environment', () => {
  const { headers } = JSON.parse(cursorConfig({ ...connection, apiKey: CURSOR_KEY_FROM_ENV })).mcpServers
    .sales
  expect(headers.Authorization).toMatch(/^Bearer \$\{env:ALLV_API_KEY\}$/)
})

it('puts the headers last in the command for Claude Code, since they take everything that follows', () => {
  expect(claudeCommand(connection)).toMatch(
    /^claude mcp add --transport http sales http:\S+ --header "Authorization: Bearer sk_x" --header "x-allv-user-email: maria@acme.test"$/,
  )
})

it('prints a curl line that lists the tools', () => {
  expect(curlCommand(connection)).toContain('"method":"tools/list"')
})
