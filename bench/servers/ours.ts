/** Ours with everything on: key, member, flag, limit, authorization, validation, approval policy, run and audit. Run with the name of its stores, and sizes as JSON. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAllvMcpRouter } from 'allv-mcp'
import express from 'express'
import type { Question } from './messages.js'
import { STORES, type Stores } from './stores.js'
import { benchAdapters, type Sizes, USUAL } from './world.js'

const [name = 'memory', sizesText = '{}'] = process.argv.slice(2)
const sizes: Partial<Sizes> = JSON.parse(sizesText)
/** Seeded stores are part of what is measured; otherwise every measurement begins with empty ones. */
const seeded = sizes.runs !== undefined || sizes.audit !== undefined
/** An app for each size: in one app the second router would pay for being asked second. */
const apps = new Map<string, express.Express>()
const resets: Stores[] = []

for (const tools of sizes.tools === undefined ? [30, 300] : [sizes.tools]) {
  const adapters = await benchAdapters({ ...USUAL, ...sizes, tools })
  const stores = seeded ? null : await STORES[name]?.()
  if (stores !== undefined && stores !== null) resets.push(stores)
  const router = createAllvMcpRouter({
    adapters: { ...adapters, ...(stores == null ? {} : { runs: stores.runs, audit: stores.audit }) },
    rateLimit: { points: 1_000_000_000, seconds: 60 },
    pageSize: 400,
    onError: (error) => process.stderr.write(`${String(error)}\n`),
  })
  const mount = sizes.tools === undefined ? `/t${tools}` : '/t30'
  apps.set(mount, express().use(mount, router))
}

process.on('message', (question: Question) => {
  if (question !== 'reset') return
  void Promise.all(resets.map((stores) => stores.reset())).then(() => process.send?.('reset'))
})
process.on('SIGTERM', () => {
  void Promise.all(resets.map((stores) => stores.close?.())).finally(() => process.exit(0))
})
const server = createServer((req, res) => {
  const url = req.url ?? ''
  apps.get(url.slice(0, url.indexOf('/', 1)))?.(req, res)
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
