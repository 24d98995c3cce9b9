/**
 * Uses the parts that the guides show, as a reader would: with the built package, in a process of its own. Prints what each part did, as one line of
 * JSON. Its argument is the folder of the compiled parts.
 */

import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { createAllvAgentApi, createAllvMcpRouter, createToolProvider, digestApiKey } from 'allv-mcp'
import { createInMemoryAdapters } from 'allv-mcp/testing'
import express from 'express'
import { Redis } from 'ioredis'

const part = (path) => import(`${pathToFileURL(process.argv[2]).href}/${path}.js`)
const SECRET = 'a secret that only this story has'
const seed = {
  apiKeys: [
    {
      id: 'key_1',
      workspaceId: 'ws_acme',
      members: 'any',
      scopes: [],
      digest: digestApiKey('sk_test_only'),
      expiresAt: null,
      revokedAt: null,
    },
  ],
  members: [
    { id: 'mem_ada', workspaceId: 'ws_acme', email: 'ada@acme.test', active: true, roles: ['agent'] },
  ],
}
const servers = []

async function serve(app) {
  const server = app.listen(0, '127.0.0.1')
  servers.push(server)
  if (!server.listening) await once(server, 'listening')
  return `http://127.0.0.1:${server.address().port}`
}

async function client() {
  const { listTools } = await part('docs/guide/node-client/list-tools')
  const app = express().use('/api', createAllvMcpRouter({ adapters: createInMemoryAdapters(seed) }))
  return listTools(`${await serve(app)}/api/workspaces/ws_acme/mcp`, 'sk_test_only')
}

async function faces() {
  const { twoFaces } = await part('docs/guide/agent-api/two-faces')
  const [{ tools }, readme] = [await part('docs/guide/getting-started/tools'), await part('README/two-faces')]
  const adapters = createInMemoryAdapters({ ...seed, tools })
  const { status } = await readme.twoFaces({ adapters })
  const refusal = await twoFaces({ adapters }).catch(({ code }) => code)
  return [status, refusal]
}

async function stores() {
  const { durable } = await part('docs/guide/postgresql/durable')
  const pool = new PGlite()
  const store = await durable(pool, SECRET)
  const result = [store.key.slice(0, 8), await store.nightly()]
  await store.close()
  await pool.close()
  return result
}

async function redis() {
  const { overRedis } = await part('docs/guide/redis/over-redis')
  return Object.keys(overRedis(new Redis({ lazyConnect: true })))
}

async function ownBus() {
  const { overYourBus, recordDecision } = await part('docs/guide/events/own-bus')
  const listeners = []
  const heard = []
  const bus = overYourBus(
    async (text) => listeners.forEach((listener) => void listener(text)),
    (listener) => listeners.push(listener),
  )
  bus.subscribe(({ type }) => heard.push(type))
  const approval = { id: 'apr_1', workspaceId: 'ws', memberId: 'm', state: 'approved', decidedBy: 'operator' }
  await recordDecision(
    { ...approval, channel: null, decidedAt: null },
    { append: async ([{ type }]) => void heard.push(type) },
    bus,
  )
  return heard
}

async function inFront() {
  const { inFrontOf } = await part('docs/guide/hosts/in-front-of')
  const app = express().get('/hello', (req, res) => void res.json({ path: req.path }))
  const router = createAllvMcpRouter({ adapters: createInMemoryAdapters(seed) })
  const origin = await serve(inFrontOf(app, router))
  const mcp = await fetch(`${origin}/workspaces/ws_acme/mcp`, { method: 'POST' })
  return [
    mcp.status,
    await (await fetch(`${origin}/hello`)).json(),
    (await fetch(`${origin}/nowhere`)).status,
  ]
}

/** The policy of the guide, and its routes, with three people in front of them. */
async function approvals() {
  const { tools } = await part('docs/guide/approvals/tools')
  const { approvalRoutes } = await part('docs/guide/approvals/approval-routes')
  const adapters = createInMemoryAdapters({ ...seed, tools })
  const people = {
    olga: { name: 'Olga', workspaceId: 'ws_acme', isOperator: true },
    omar: { name: 'Omar', workspaceId: 'ws_acme', isOperator: false },
    lin: { name: 'Lin', workspaceId: 'ws_globex', isOperator: true },
  }
  const origin = await serve(
    express().use(approvalRoutes(adapters.approvals, (req) => people[req.get('x-person')] ?? null)),
  )
  const agent = await createAllvAgentApi({ adapters }).asMember({
    workspaceId: 'ws_acme',
    memberId: 'mem_ada',
    via: 'story',
  })
  const refund = (euros) => agent.callTool('orders.refund', { orderId: '4711', euros })
  const small = await refund(20)
  const large = refund(500)
  while (adapters.approvals.list().length === 0) await new Promise(setImmediate)
  const [{ id }] = adapters.approvals.list()
  const decide = async (person, decision) => {
    const answer = await fetch(`${origin}/approvals/${id}`, {
      method: 'POST',
      headers: { 'x-person': person, 'content-type': 'application/json' },
      body: JSON.stringify({ decision }),
    })
    return answer.status === 200 ? (await answer.json()).status : answer.status
  }
  const decisions = []
  for (const [person, decision] of [
    ['nobody', 'approve'],
    ['lin', 'approve'],
    ['omar', 'approve'],
    ['olga', 'maybe'],
    ['olga', 'approve'],
    ['olga', 'deny'],
  ])
    decisions.push(await decide(person, decision))
  return [small.status, decisions, (await large).status]
}

async function content() {
  const { prompts } = await part('docs/guide/prompts-and-resources/prompts')
  const { resources } = await part('docs/guide/prompts-and-resources/resources')
  const adapters = { ...createInMemoryAdapters(seed), tools: createToolProvider([]), prompts, resources }
  const router = createAllvMcpRouter({ adapters })
  const origin = await serve(express().use(router))
  const ask = async (method, params) => {
    const answer = await fetch(`${origin}/workspaces/ws_acme/mcp`, {
      method: 'POST',
      headers: {
        'x-api-key': 'sk_test_only',
        'x-allv-user-id': 'mem_ada',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    const { result, error } = await answer.json()
    return error?.data.code ?? result
  }
  const listed = await ask('resources/list')
  const read = await ask('resources/read', { uri: 'crm://handbook/refunds' })
  return [
    listed.resources.map(({ uri }) => uri),
    read.contents[0].text,
    await ask('resources/read', { uri: 'crm://handbook/nothing' }),
    // The key has no scopes, so it sees no prompt that needs one.
    await ask('prompts/get', { name: 'follow-up', arguments: { customer: 'Wile' } }),
  ]
}

const told = { client, faces, stores, redis, ownBus, inFront, approvals, content }
const result = {}
for (const [name, tell] of Object.entries(told)) result[name] = await tell()
console.log(JSON.stringify(result))
for (const server of servers) {
  server.close()
  server.closeAllConnections()
}
