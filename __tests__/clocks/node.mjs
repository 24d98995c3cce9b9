/** One node on the PostgreSQL that all nodes share, with tools that let a client confirm, ask it, and ask it in a task. */

import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask, createAllvMcpRouter, createToolProvider, defineTool } from 'allv-mcp'
import { createPostgresAdapters } from 'allv-mcp/postgres'
import express from 'express'
import pg from 'pg'

const { PORT = '0', DATABASE_URL = '', SCHEMA = '' } = process.env
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 4 })
pool.on('error', () => {})

const input = { type: 'object', properties: {} }
const question = {
  method: 'elicitation/create',
  params: {
    message: 'Color?',
    requestedSchema: { type: 'object', properties: { color: { type: 'string' } } },
  },
}
const asks = (name, over = {}, before = async () => {}) =>
  defineTool({
    name,
    description: 'Asks for a color.',
    input,
    ...over,
    async run(_, { answers }) {
      await before()
      return answers === null ? ask({ inputRequests: { color: question } }) : answers.color.content.color
    },
  })
const tools = createToolProvider([
  defineTool({ name: 'wipe', description: 'Wipes.', input, approval: 'member', run: () => 'wiped' }),
  defineTool({ name: 'ship', description: 'Ships.', input, approval: 'operator', run: () => 'shipped' }),
  defineTool({ name: 'now', description: 'Tells the time.', input, run: () => String(Date.now()) }),
  asks('paint'),
  // What asks at once is no task.
  asks('draw', { taskSupport: 'optional' }, () => sleep(300)),
])
const router = createAllvMcpRouter({
  adapters: { ...createPostgresAdapters({ pool, schema: SCHEMA }), tools },
  secret: 'a secret that all nodes of this test have',
  rateLimit: false,
  approvalHoldMs: 0,
  pageSize: 1,
})
createServer(express().use('/api', router)).listen(Number(PORT), '127.0.0.1', () => console.log('listening'))
