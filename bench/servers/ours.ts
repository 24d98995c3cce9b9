/**
 * A server with this library and all checks: key, member, feature flag, rate limit, authorization, validation, approval policy, run and
 * audit. Arguments: the name of its stores, sizes as JSON, `express` or `node`, and for access tokens the public key of their server as JSON.
 */

import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AllvMcpRouter, createAllvMcpRouter } from 'allv-mcp'
import express from 'express'
import type { Question } from './messages.js'
import type { Stores } from './store-types.js'
import { STORES } from './stores.js'
import { tokenOptions } from './token-options.js'
import { benchAdapters, type Sizes, USUAL } from './world.js'

const [name = 'memory', sizesText = '{}', host = 'express', jwkText] = process.argv.slice(2)
const sizes: Partial<Sizes> = JSON.parse(sizesText)
/** Seeded stores are part of the measurement and are kept. Otherwise each measurement begins with empty ones. */
const seeded = sizes.runs !== undefined || sizes.audit !== undefined
/** One app for each size: in a shared app every request of the second router would pass the first one. */
const apps = new Map<string, RequestListener>()
const resets: Stores[] = []

for (const tools of sizes.tools === undefined ? [30, 300] : [sizes.tools]) {
  const adapters = await benchAdapters({ ...USUAL, ...sizes, tools })
  const stores = seeded ? null : await STORES[name]?.()
  if (stores !== undefined && stores !== null) resets.push(stores)
  const router = createAllvMcpRouter({
    adapters: { ...adapters, ...(stores == null ? {} : { runs: stores.runs, audit: stores.audit }) },
    rateLimit: { points: 1_000_000_000, seconds: 60 },
    pageSize: 400,
    ...(jwkText === undefined ? {} : tokenOptions(adapters.members, JSON.parse(jwkText), `/t${tools}`)),
    onError: (error) => process.stderr.write(`${String(error)}\n`),
  })
  const mount = sizes.tools === undefined ? `/t${tools}` : '/t30'
  apps.set(mount, host === 'node' ? bare(mount, router) : express().use(mount, router))
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

/** Serves a router without a framework. `req.url` is the path below its mount point. */
function bare(mount: string, router: AllvMcpRouter): RequestListener {
  return (req, res) => {
    req.url = req.url?.slice(mount.length) ?? ''
    router(req, res, () => res.writeHead(404).end())
  }
}
