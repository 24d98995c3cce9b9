/** One node that will be killed: two tools whose effects are recorded, on the database that all nodes share. */

import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAllvMcpRouter, createToolProvider, defineTool } from 'allv-mcp'
import { createPostgresAdapters } from 'allv-mcp/postgres'
import express from 'express'
import pg from 'pg'
import { z } from 'zod'
import { recordEffect } from './effects.js'

const { PORT = '0', DATABASE_URL = '', SECRET = '' } = process.env
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 6 })
pool.on('error', () => {})

const input = z.object({ token: z.string() })
const tool = (name: string, approval?: 'operator') =>
  defineTool({
    name,
    description: 'Leaves an effect.',
    input,
    ...(approval === undefined ? {} : { approval }),
    async run({ token }, { runId, approvalId }) {
      // Time to be killed in, before and after.
      await sleep(Math.random() * 15)
      await recordEffect(pool, { runId, approvalId, token })
      await sleep(Math.random() * 15)
      return JSON.stringify({ token })
    },
  })
const tools = createToolProvider([tool('effects.plain'), tool('effects.approved', 'operator')])

const router = createAllvMcpRouter({
  adapters: { ...createPostgresAdapters({ pool }), tools },
  secret: SECRET,
  rateLimit: false,
  approvalHoldMs: 3000,
  toolTimeoutMs: 3000,
})
createServer(express().use(router)).listen(Number(PORT), '127.0.0.1', () => process.send?.('listening'))
