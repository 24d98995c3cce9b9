import { readFileSync } from 'node:fs'
import { createControlPlane } from 'allv-mcp'
import {
  GET_APPROVAL,
  READ_MEMORY,
  UPDATE_MEMORY,
} from '../../lib/control-plane/access/built-in-definitions.js'
import { runtimeOf } from '../../lib/control-plane/runtime/control-plane.js'
import { readSources } from '../architecture/sources.js'
import { withOAuth } from '../support/with-oauth.js'
import { createWorld } from '../support/world.js'

/** What the guides say in numbers and names is what the code has. */

const guide = (name: string) => readFileSync(`docs/guide/${name}.md`, 'utf8')

it('lists the scopes that the library knows, and no other', () => {
  const table = guide('keys-and-scopes')
  const listed = [...table.matchAll(/^\| `([a-z]+:[a-z]+)` \|/gm)].map(([, scope]) => scope)
  const builtIn = [GET_APPROVAL, READ_MEMORY, UPDATE_MEMORY].flatMap(({ scopes = [] }) => scopes)
  const checked = readSources()
    .filter(({ path }) => /^(control-plane|mcp|agent)\//.test(path))
    .flatMap(({ text }) => [...text.matchAll(/'(memory:[a-z]+)'/g)].map(([, scope]) => scope))
  expect(listed.sort()).toEqual([...new Set([...builtIn, ...checked])].sort())
  for (const { name, scopes = [] } of [READ_MEMORY, UPDATE_MEMORY])
    expect(table).toMatch(new RegExp(`\\| \`${scopes[0]}\` \\|.*\`${name}\``))
})

it('names the defaults of the options as they are', () => {
  const { config } = runtimeOf(createControlPlane({ adapters: createWorld().adapters }))
  const hours = 60 * 60_000
  const said: readonly (readonly [guide: string, sentence: string, value: number])[] = [
    ['approvals', '`approvalTtlMs`, 24 hours', config.approvalTtlMs / hours / 24],
    ['approvals', '`approvalHoldMs` (25 seconds)', config.approvalHoldMs / 25_000],
    ['approvals', '`approvalReplayMs`, ten\nminutes', config.approvalReplayMs / 600_000],
    ['approvals', '`maxPendingApprovals` (100)', config.maxPendingApprovals / 100],
    ['tools', '`toolOutputLimitBytes` (1 MiB of JSON)', config.toolOutputLimitBytes / 1024 ** 2],
    ['many-nodes', '`approvalHoldMs` (25 s)', config.approvalHoldMs / 25_000],
  ]
  for (const [name, sentence, value] of said)
    expect([name, sentence, guide(name).includes(sentence), value]).toEqual([name, sentence, true, 1])
})

it('names the defaults of oauth as they are', () => {
  const { adapters } = createWorld()
  const { oauth } = runtimeOf(createControlPlane({ adapters, ...withOAuth() })).config
  expect(oauth).toMatchObject({ cacheSeconds: 30, keyMaxStaleSeconds: 3600, endpoint: 'separate' })
  expect(guide('oauth')).toContain('after at most `cacheSeconds` (30)')
  expect(guide('oauth').replaceAll('\n', ' ')).toContain(
    'Fetched keys are used for an hour while the server is down (`keyMaxStaleSeconds`)',
  )
})

it('shows the default names that a brand replaces', () => {
  const { config } = runtimeOf(createControlPlane({ adapters: createWorld().adapters }))
  const { realm, memberHeaders, meta, memoryScheme } = config.brand
  for (const name of [
    `\`${realm}\``,
    `\`${memberHeaders.id}\``,
    `\`${memberHeaders.email}\``,
    `\`${meta.code}\``,
    `\`${meta.idempotencyKey}\``,
    `\`${memoryScheme}://`,
  ])
    expect(guide('brand')).toContain(name)
})

it('has a row for each verdict, each state of a task support and each type of event', () => {
  const rows = (name: string) =>
    [...guide(name).matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word),
    )
  const quoted = (file: string, pattern: RegExp) =>
    [...(pattern.exec(readFileSync(`lib/adapters/${file}.ts`, 'utf8'))?.[1] ?? '').matchAll(/'(\w+)'/g)].map(
      ([, word = '']) => word,
    )
  const verdicts = [...quoted('policy', /type Approver = (.*)/), 'allow', 'deny']
  const support = quoted('tools', /taskSupport\?: (.*)/)
  const events = quoted('events', /type HostEvent =([\s\S]*?)export /).filter((type) =>
    type.endsWith('_changed'),
  )
  expect([verdicts.length, support.length, events.length]).toEqual([4, 3, 6])
  expect(verdicts.filter((verdict) => !rows('approvals').includes(verdict))).toEqual([])
  expect(support.filter((value) => !rows('tasks').includes(value))).toEqual([])
  expect(events.filter((type) => !rows('events').includes(type))).toEqual([])
})
