/** The example host in this process, with callers of its tools and visitors of its pages. */

import { PGlite } from '@electric-sql/pglite'
import request from 'supertest'
import { createHostApp } from '../../examples/host/app.js'
import { prepare } from '../../examples/host/database.js'

export const keys = { ws_acme: 'sk_test_demo_acme', ws_globex: 'sk_test_demo_globex' }

export interface Caller {
  readonly key?: string
  readonly email?: string
  readonly workspace?: string
  readonly session?: string
}

export async function createSalesHost() {
  const pool = new PGlite()
  await prepare(pool)
  const { app, adapters } = await createHostApp({
    pool,
    keys,
    operatorPassword: 'letmein',
    memberPassword: 'itsme',
    secret: 'a secret for this test of the example',
    publicUrl: 'https://sales.example.com/api',
    approvalHoldMs: 20,
  })
  const agent = () => request(app)
  const send = async (body: object, caller: Caller) => {
    const { key = keys.ws_acme, email = 'maria@acme.test', workspace = 'ws_acme', session } = caller
    return agent()
      .post(`/api/workspaces/${workspace}/mcp`)
      .set({ 'x-api-key': key, 'x-allv-user-email': email })
      .set(session === undefined ? {} : { 'mcp-session-id': session })
      .send({ jsonrpc: '2.0', id: 1, ...body })
  }
  const call = async (name: string, args: object = {}, caller: Caller = {}) =>
    (await send({ method: 'tools/call', params: { name, arguments: args } }, caller)).body
  /** A session of a client that names itself. */
  const introduce = async (clientInfo: object): Promise<string> => {
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
    const { headers } = await send({ method: 'initialize', params }, {})
    return headers['mcp-session-id'] ?? ''
  }
  /** Calls, and gives the id of the approval that the answer says is waited for. */
  const ask = async (name: string, args?: object, caller?: Caller): Promise<string> =>
    (await call(name, args, caller)).result._meta['ai.allv/approval'].approvalId
  return { adapters, pool, agent, call, ask, introduce }
}

export const basic = (name: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
})
export const operator = basic('operator', 'letmein')
export const member = (email: string) => basic(email, 'itsme')
