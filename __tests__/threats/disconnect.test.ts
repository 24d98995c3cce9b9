import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { createAllvAgentApi, defineTool } from 'allv-mcp'
import express from 'express'
import { z } from 'zod'
import { modern, open, post, type Running } from '../support/http.js'
import { scenes, until } from '../support/scene.js'
import { createWorld, type World } from '../support/world.js'

/** T22 of the security checklist: a client that disconnects while its tool runs. (Before it runs: cancel-early.test.ts.) */
const start = scenes()

/** What the tools do when their signal aborts. */
let stopped = 0
let effects: string[] = []
let finish: () => void = () => {}
beforeEach(() => {
  stopped = 0
  effects = []
})
const tool = (name: string, run: (signal: AbortSignal) => Promise<string>) =>
  defineTool({
    name,
    description: 'Runs under an approval.',
    input: z.object({}),
    approval: 'operator',
    run: (_, { signal }) => {
      signal.addEventListener('abort', () => {
        stopped += 1
      })
      return run(signal)
    },
  })
const act = (name: string) =>
  new Promise<string>((resolve) => {
    finish = () => {
      effects.push(name)
      resolve(`${name} done`)
    }
  })
const TOOLS = [
  tool('listening', (signal) =>
    Promise.race([
      act('listening'),
      new Promise<string>((_, reject) =>
        signal.addEventListener('abort', () => reject(new Error('stopped'))),
      ),
    ]),
  ),
  tool('deaf.quick', () => act('deaf.quick')),
]
const call2026 = (name: string) => modern('tools/call', { name, arguments: {} })
const newest = ({ adapters }: World) => adapters.approvals.list()[0]

/** Approves the call, has a client start it, and lets that client go while the tool runs. */
async function leaveWhileRunning(world: World, running: Running, name: string): Promise<void> {
  await post(running, call2026(name))
  await world.adapters.approvals.decide({
    id: newest(world)?.id ?? '',
    decision: 'approve',
    decidedBy: 'operator',
  })
  const gone = new AbortController()
  const leaving = open(running, { ...call2026(name), signal: gone.signal })
  leaving.catch(() => {})
  await until(() => newest(world)?.state === 'executing')
  await new Promise((resolve) => setTimeout(resolve, 20))
  gone.abort()
  await until(() => stopped === 1)
}
const lastRun = (world: World) => world.adapters.runs.all().at(-1)

it('stops a tool that heeds its signal, records it as cancelled, and runs nothing for repeats of the call', async () => {
  const { world, running } = await start({ tools: TOOLS, approvalHoldMs: 0 })
  await leaveWhileRunning(world, running, 'listening')
  await until(() => newest(world)?.state === 'settled')
  await until(() => lastRun(world)?.status === 'cancelled')
  const { result } = (await post(running, call2026('listening'))).json
  expect([result.isError, result._meta['ai.allv/code']]).toEqual([true, 'CANCELLED'])
  expect(effects).toEqual([])
})

it('records the success of a tool that had finished, and gives it to repeats of the call', async () => {
  const { world, running } = await start({ tools: TOOLS, approvalHoldMs: 0 })
  await leaveWhileRunning(world, running, 'deaf.quick')
  finish()
  await until(() => newest(world)?.state === 'settled')
  await until(() => lastRun(world)?.status === 'succeeded')
  expect((await post(running, call2026('deaf.quick'))).json.result.content[0].text).toBe('deaf.quick done')
  expect(effects).toEqual(['deaf.quick'])
})

it('reports a tool that neither stops nor answers as unknown', async () => {
  const { world } = await start({ tools: TOOLS, approvalHoldMs: 0 })
  const agent = await createAllvAgentApi(world.options).asMember({
    workspaceId: 'ws_acme',
    memberId: 'mem_maria',
    via: 'test',
  })
  await agent.callTool('deaf.quick')
  await world.adapters.approvals.decide({
    id: newest(world)?.id ?? '',
    decision: 'approve',
    decidedBy: 'operator',
  })
  const gone = new AbortController()
  const leaving = agent.callTool('deaf.quick', {}, { signal: gone.signal })
  await until(() => newest(world)?.state === 'executing')
  gone.abort()
  expect(await leaving).toMatchObject({ status: 'unknown', code: 'OUTCOME_UNKNOWN' })
  // It has its effect all the same: a record that said "cancelled" would have been wrong.
  finish()
  expect(effects).toEqual(['deaf.quick'])
  expect(lastRun(world)).toMatchObject({ status: 'unknown' })
  expect(await agent.callTool('deaf.quick')).toMatchObject({ status: 'unknown' })
  expect(effects).toHaveLength(1)
})

it('writes nothing to a client that has disconnected', async () => {
  const world = createWorld({ tools: TOOLS, approvalHoldMs: 0 })
  const router = world.router()
  const late: string[] = []
  let left = false
  const app = express()
  app.use((_, response, next) => {
    const { write, end } = response
    const watch = (name: string) => {
      if (left) late.push(name)
    }
    Object.assign(response, {
      write: (...args: Parameters<typeof write>) => {
        watch('write')
        return Reflect.apply(write, response, args)
      },
      end: (...args: Parameters<typeof end>) => {
        watch('end')
        return Reflect.apply(end, response, args)
      },
    })
    next()
  })
  app.use('/api', router)
  const server: Server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const running: Running = {
    port,
    origin: `http://127.0.0.1:${port}`,
    endpoint: () => `http://127.0.0.1:${port}/api/workspaces/ws_acme/mcp`,
    left: () => 0,
    close: async () => {},
  }
  try {
    await post(running, call2026('deaf.quick'))
    await world.adapters.approvals.decide({
      id: newest(world)?.id ?? '',
      decision: 'approve',
      decidedBy: 'operator',
    })
    const { headers = {}, body } = modern('tools/call', {
      name: 'deaf.quick',
      arguments: {},
      _meta: { progressToken: 'p' },
    })
    const text = JSON.stringify(body)
    const lines = Object.entries({
      host: 'localhost',
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'x-api-key': 'sk_test_acme',
      'x-allv-user-email': 'maria@acme.test',
      'content-length': String(Buffer.byteLength(text)),
      ...headers,
    }).map(([name, value]) => `${name}: ${value}`)
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`POST /api/workspaces/ws_acme/mcp HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${text}`)
    await until(() => newest(world)?.state === 'executing')
    await new Promise((resolve) => setTimeout(resolve, 20))
    socket.destroy()
    await until(() => stopped === 1)
    left = true
    finish()
    await until(() => lastRun(world)?.status === 'succeeded')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(late).toEqual([])
    expect(world.failures).toEqual([])
  } finally {
    server.close()
    await router.close()
    server.closeAllConnections()
  }
})
