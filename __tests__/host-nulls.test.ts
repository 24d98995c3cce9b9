import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { defineTool, type ToolDefinition, toolResult } from 'allv-mcp'
import { type Ask, modern, post, rpc, toolCall } from './support/http.js'
import { type Scene, scenes } from './support/scene.js'
import { createWorld } from './support/world.js'

/** Hosts read from databases, where what is not given is `null`. No client may lose a list over it. */

const start = scenes()
const SCHEMAS = '__tests__/mcp-schema'

const nothing = (...names: string[]) => Object.fromEntries(names.map((name) => [name, null]))
const TEXTS = nothing('title', 'description', 'mimeType')

const TOOLS = [
  {
    name: 'bare',
    description: 'x',
    inputSchema: { type: 'object' },
    ...nothing(
      'title',
      'annotations',
      'outputSchema',
      'scopes',
      'timeoutMs',
      'taskSupport',
      'icons',
      '_meta',
    ),
  },
  { name: 'hints', description: 'x', inputSchema: { type: 'object' }, annotations: nothing('readOnlyHint') },
  Object.freeze({
    name: 'frozen',
    title: null,
    description: 'x',
    inputSchema: Object.freeze({ type: 'object' }),
  }),
]
const BAD_TOOLS = [
  null,
  7,
  { name: null, description: 'x', inputSchema: { type: 'object' } },
  { name: 'a', description: null, inputSchema: { type: 'object' } },
  { name: 'b', description: 'x', inputSchema: null },
  { name: 'c', description: 'x', inputSchema: { type: 'object' }, title: 7 },
  { name: 'd', description: 'x', inputSchema: { type: 'object' }, annotations: 'none' },
  { name: 'e', description: 'x', inputSchema: { type: 'object' }, annotations: { readOnlyHint: 'yes' } },
  { name: 'f', description: 'x', inputSchema: { type: 'object' }, scopes: [null] },
]
const PROMPTS = [
  { name: 'greet', ...nothing('title', 'description', 'arguments', 'scopes', 'icons') },
  { name: 'ask', arguments: [{ name: 'who', ...nothing('title', 'description', 'required') }], extra: 1 },
]
const BAD_PROMPTS = [
  null,
  { name: null },
  { name: 'a', title: 7 },
  { name: 'b', arguments: 'none' },
  { name: 'c', arguments: [{ name: null }] },
  { name: 'd', arguments: [null] },
  { name: 'e', arguments: [{ name: 'x', required: 'yes' }] },
  { name: 'f', scopes: 'all' },
]
const RESOURCES = [{ uri: 'crm:a', name: 'a', ...TEXTS, ...nothing('size', 'updatedAt', 'icons') }]
const BAD_RESOURCES = [
  null,
  { uri: null, name: 'a' },
  { uri: 'no uri', name: 'a' },
  { uri: 'crm:a', name: null },
  { uri: 'crm:a', name: 'a', mimeType: 7 },
  { uri: 'crm:a', name: 'a', size: 'large' },
  { uri: 'crm:a', name: 'a', updatedAt: 'today' },
  { uri: 'crm:a', name: 'a', updatedAt: new Date('never') },
]
const CONTENTS = [{ uri: 'crm:a', mimeType: null, text: 'x', blob: null, _meta: null }]
const BLOCKS = [
  { type: 'text', text: 'x', ...nothing('annotations', '_meta') },
  { type: 'resource_link', uri: 'crm:a', name: 'a', ...TEXTS, ...nothing('size', 'annotations', '_meta') },
  {
    type: 'resource',
    annotations: null,
    resource: { uri: 'crm:a', mimeType: null, text: 'x', blob: null, _meta: null },
  },
  { type: 'text', text: 'x', annotations: nothing('audience', 'priority', 'lastModified') },
  {
    type: 'resource_link',
    uri: 'crm:a',
    name: 'a',
    annotations: { audience: ['user'], ...nothing('priority') },
    icons: [{ src: 'https://host.test/a.png', ...nothing('mimeType', 'sizes', 'theme') }],
  },
]
const at = new Date('2026-01-01T00:00:00Z')
const ENTRIES = [{ key: 'tone', revision: '1', updatedAt: at, ...TEXTS }]
const BAD_ENTRIES = [
  null,
  { key: null, revision: '1', updatedAt: at },
  { key: 'a', revision: null, updatedAt: at },
  { key: 'b', revision: '1', updatedAt: null },
  { key: 'c', revision: '1', updatedAt: at, title: 7 },
]

const host = (bad: boolean) =>
  createWorld({
    rateLimit: false,
    adapt: () => ({
      policy: {
        evaluate: async () => ({ verdict: 'allow', ...nothing('reason', 'summary', 'ttlMs') }) as never,
      },
      tools: {
        list: async () => [...(bad ? BAD_TOOLS : []), ...TOOLS] as unknown as ToolDefinition[],
        call: async () => ({ content: BLOCKS, ...nothing('structuredContent', 'isError', '_meta') }) as never,
      },
      prompts: {
        list: async () => [...(bad ? BAD_PROMPTS : []), ...PROMPTS] as never,
        get: async () =>
          ({ description: null, messages: BLOCKS.map((content) => ({ role: 'user', content })) }) as never,
        complete: async () => ({ values: ['a', null, 'b'], total: null }) as never,
      },
      resources: {
        list: async () => [...(bad ? BAD_RESOURCES : []), ...RESOURCES] as never,
        read: async () =>
          [...(bad ? [null, { uri: 'crm:a', text: null, blob: null }] : []), ...CONTENTS] as never,
        templates: async () =>
          [
            ...(bad ? [null, { uriTemplate: null }] : []),
            { uriTemplate: 'crm:{id}', name: 'deal', ...TEXTS },
          ] as never,
      },
      memory: {
        list: async () =>
          ({ entries: [...(bad ? BAD_ENTRIES : []), ...ENTRIES], nextCursor: undefined }) as never,
        read: async () => ({ ...ENTRIES[0], text: 'formal' }) as never,
        templates: async () =>
          [
            ...(bad ? [{ keyTemplate: 7, name: 'x' }] : []),
            { keyTemplate: 'deals/{id}', name: 'deal', ...TEXTS },
          ] as never,
      },
    }),
  })

const REQUESTS: readonly [string, Record<string, unknown>, string][] = [
  ['tools/list', {}, 'ListToolsResult'],
  ['tools/call', { name: 'bare', arguments: {} }, 'CallToolResult'],
  ['prompts/list', {}, 'ListPromptsResult'],
  ['prompts/get', { name: 'greet' }, 'GetPromptResult'],
  ['resources/list', {}, 'ListResourcesResult'],
  ['resources/templates/list', {}, 'ListResourceTemplatesResult'],
  ['resources/read', { uri: 'crm:a' }, 'ReadResourceResult'],
  ['resources/read', { uri: 'allv://workspaces/ws_acme/memory/tone' }, 'ReadResourceResult'],
  [
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'ask' }, argument: { name: 'who', value: '' } },
    'CompleteResult',
  ],
]

function validator(version: string, definition: string): ValidateFunction {
  const document = JSON.parse(readFileSync(`${SCHEMAS}/${version}.schema.json`, 'utf8'))
  const settings = { strict: false, allErrors: true, logger: false } as const
  const ajv = String(document.$schema).includes('2020') ? new Ajv2020(settings) : new Ajv(settings)
  addFormats.default(ajv)
  const place = '$defs' in document ? '$defs' : 'definitions'
  ajv.addSchema(document, 'mcp')
  return ajv.compile({ $ref: `mcp#/${place}/${definition}` })
}

const ERAS: readonly [string, (method: string, params: Record<string, unknown>) => Ask][] = [
  ['2025-11-25', (method, params) => ({ body: rpc(method, params) })],
  ['2026-07-28', (method, params) => modern(method, params)],
]

describe.each(ERAS)('in %s', (version, asked) => {
  it.each(REQUESTS)('null from a host counts as not given: %s %j', async (method, params, definition) => {
    const scene = await start(host(false))
    const { json, text } = await post(scene.running, asked(method, params))
    const validate = validator(version, definition)
    expect([json.result === undefined, validate(json.result), validate.errors]).toEqual([false, true, null])
    expect(text).not.toContain('null')
    expect(scene.world.failures).toEqual([])
  })

  it.each(REQUESTS)(
    'a malformed item is left out and reported: %s %j',
    async (method, params, definition) => {
      const scene = await start(host(true))
      const { json, text } = await post(scene.running, asked(method, params))
      const validate = validator(version, definition)
      expect([json.result === undefined, validate(json.result), validate.errors]).toEqual([false, true, null])
      expect(text).not.toContain('null')
    },
  )
})

it('reports each item that is left out, with the method that gave it and what is wrong', async () => {
  const scene = await start(host(true))
  const reportedBy = async (method: string, params: object = {}) => {
    scene.world.failures.splice(0)
    await post(scene.running, { body: rpc(method, params) })
    return scene.world.failures.map(({ error }) => String(error))
  }
  expect(await reportedBy('tools/list')).toHaveLength(BAD_TOOLS.length)
  const prompts = await reportedBy('prompts/list')
  expect(prompts).toHaveLength(BAD_PROMPTS.length)
  expect(prompts).toContain('TypeError: prompts.list gave an item that is left out: its title must be a text')
  expect(await reportedBy('resources/list')).toHaveLength(BAD_RESOURCES.length + BAD_ENTRIES.length)
  expect(await reportedBy('resources/templates/list')).toHaveLength(3)
  expect(await reportedBy('resources/read', { uri: 'crm:a' })).toHaveLength(2)
})

const nameOf = ({ name }: { readonly name: string }) => name
const list = async ({ running }: Scene, method: string) =>
  (await post(running, { body: rpc(method) })).json.result

it('keeps well-formed items with all their members', async () => {
  const scene = await start(host(true))
  expect((await list(scene, 'tools/list')).tools.slice(0, 3).map(nameOf)).toEqual(['bare', 'hints', 'frozen'])
  expect((await list(scene, 'prompts/list')).prompts).toEqual([
    { name: 'greet' },
    { name: 'ask', arguments: [{ name: 'who' }] },
  ])
  expect((await list(scene, 'resources/list')).resources.map(nameOf)).toEqual(['tone', 'a'])
  const { content } = (await post(scene.running, { body: toolCall('bare') })).json.result
  expect(content).toEqual([
    { type: 'text', text: 'x' },
    { type: 'resource_link', uri: 'crm:a', name: 'a' },
    { type: 'resource', resource: { uri: 'crm:a', text: 'x' } },
    { type: 'text', text: 'x', annotations: {} },
    {
      type: 'resource_link',
      uri: 'crm:a',
      name: 'a',
      annotations: { audience: ['user'] },
      icons: [{ src: 'https://host.test/a.png' }],
    },
  ])
})

it.each(['tools', 'prompts', 'resources'] as const)(
  'names the adapter that gave no list: %s',
  async (adapter) => {
    for (const none of [null, undefined, {}, 'none']) {
      const empty = {
        list: async () => none as never,
        get: async () => none as never,
        read: async () => null,
      }
      const scene = await start({
        adapt: ({ tools }) => ({ [adapter]: { ...empty, call: tools.call } }),
      })
      const { json } = await post(scene.running, { body: rpc(`${adapter}/list`) })
      expect(json.error?.data['code']).toBe('INTERNAL')
      expect(scene.world.failures.map(({ error }) => String(error))).toEqual([
        `TypeError: ${adapter}.list gave no list; it must resolve to an array`,
      ])
    }
  },
)

it('treats a null option of defineTool as not given', () => {
  const { definition } = defineTool({
    name: 'one',
    description: 'x',
    input: { type: 'object' },
    run: () => toolResult({ content: [] }),
    ...(nothing(
      'title',
      'output',
      'annotations',
      'scopes',
      'timeoutMs',
      'taskSupport',
      'approval',
      'visible',
    ) as object),
  })
  expect(Object.keys(definition)).toEqual(['name', 'description', 'inputSchema'])
})
