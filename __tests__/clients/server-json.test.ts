import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { type ServerJsonOptions, serverJson } from 'allv-mcp/clients'

const schema: object = JSON.parse(readFileSync(join('__tests__', 'clients', 'registry-schema.json'), 'utf8'))
const ajv = new Ajv({ strict: false, allErrors: true })
formats.default(ajv)
const validate = ajv.compile(schema)

const SALES: ServerJsonOptions = {
  name: 'com.acme/sales',
  description: 'Deals of a team, with approvals by people.',
  version: '1.0.0',
  url: 'https://app.example/api/workspaces/{workspaceId}/mcp',
}

const GOOD: readonly (readonly [string, Partial<ServerJsonOptions>])[] = [
  ['a key and a member', {}],
  ['keys that are bound to one member', { boundKey: true }],
  ['OAuth', { auth: 'oauth' }],
  ['a URL without variables', { url: 'https://app.example/mcp' }],
  [
    'more variables',
    {
      url: 'https://{region}.app.example/{workspaceId}',
      variables: { region: 'The region.', workspaceId: 'The id.' },
    },
  ],
  ['all texts', { title: 'Sales', websiteUrl: 'https://acme.example/sales', headerPrefix: 'x-acme-' }],
  ['the longest texts', { description: 'x'.repeat(100), title: 'y'.repeat(100) }],
]

it.each(GOOD)('writes an entry that the schema of the registry allows, with %s', (_, part) => {
  const entry = serverJson({ ...SALES, ...part })
  expect([validate(entry), validate.errors]).toEqual([true, null])
  expect(entry.$schema).toBe((schema as { $id: string }).$id)
})

it('declares every variable of the URL and of a header', () => {
  const [remote] = serverJson(SALES).remotes
  expect(remote.variables).toEqual({
    workspaceId: { description: 'The id of the workspace.', isRequired: true },
  })
  expect(remote.headers).toEqual([
    expect.objectContaining({
      name: 'Authorization',
      value: 'Bearer {api_key}',
      isSecret: true,
      isRequired: true,
    }),
    expect.objectContaining({ name: 'x-allv-user-email', isRequired: false }),
  ])
  expect(remote.headers?.[0]?.variables).toEqual({ api_key: expect.objectContaining({ isSecret: true }) })
})

it('names the header of the brand, or none', () => {
  const names = (part: Partial<ServerJsonOptions>) =>
    serverJson({ ...SALES, ...part }).remotes[0].headers?.map(({ name }) => name)
  expect(names({ headerPrefix: 'x-acme-' })).toEqual(['Authorization', 'x-acme-user-email'])
  expect(names({ boundKey: true })).toEqual(['Authorization'])
  expect(names({ auth: 'oauth' })).toBeUndefined()
})

const BAD: readonly (readonly [string, unknown, RegExp])[] = [
  ['a name without a slash', { name: 'sales' }, /^name must be a domain name in reverse order/],
  ['a name with two slashes', { name: 'com.acme/a/b' }, /^name must be/],
  ['no description', { description: ' ' }, /^description must be 1 to 100 characters/],
  ['a long description', { description: 'x'.repeat(101) }, /^description must be 1 to 100/],
  ['a range', { version: '^1.0.0' }, /^version must be exact/],
  ['an open version', { version: '1.x' }, /^version must be exact/],
  ['the latest version', { version: 'latest' }, /^version must be exact/],
  ['a long title', { title: 'x'.repeat(101) }, /^title must be 1 to 100/],
  ['a page that is a path', { websiteUrl: '/sales' }, /^websiteUrl must be an https: URL/],
  ['an endpoint without encryption', { url: 'http://app.example/mcp' }, /^url must be the public https: URL/],
  ['an endpoint with a space', { url: 'https://app.example/a b' }, /^url must be the public https: URL/],
  ['an endpoint with a password', { url: 'https://a:b@app.example/' }, /^url must be the public https: URL/],
  [
    'a variable without meaning',
    { url: 'https://app.example/{region}' },
    /^variables must say what \{region\} of the url means/,
  ],
  [
    'a variable of the prototype',
    { url: 'https://app.example/{toString}' },
    /^variables must say what \{toString\}/,
  ],
  ['an unknown way', { auth: 'none' }, /^auth must be "key" or "oauth"/],
]

it.each(BAD)('refuses %s, and says what is right', (_, part, message) => {
  const refusal = () => serverJson({ ...SALES, ...(part as Partial<ServerJsonOptions>) })
  expect(refusal).toThrow(TypeError)
  expect(refusal).toThrow(message)
})
