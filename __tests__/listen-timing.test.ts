import { EventEmitter } from 'node:events'
import { jest } from '@jest/globals'
import { createInProcessEvents } from 'allv-mcp'
import { admit } from '../lib/control-plane/admission/admit.js'
import type { Received } from '../lib/control-plane/request/stages.js'
import { readOptions } from '../lib/control-plane/runtime/options.js'
import { createRuntime } from '../lib/control-plane/runtime/runtime.js'
import { digestApiKey } from '../lib/foundation/crypto/api-key.js'
import { createListening, serveListen } from '../lib/mcp/era-2026/listen.js'
import { ResponseWriter } from '../lib/mcp/http/response-writer.js'
import { UnsentLedger } from '../lib/mcp/http/unsent-ledger.js'
import { createWorld, KEYS } from './support/world.js'

/** Behaviour that takes half a minute, with a clock that the test moves. */

class Response extends EventEmitter {
  readonly written: string[] = []
  writableLength = 0
  destroyed = false
  writableEnded = false
  headersSent = false
  writeHead(): void {
    this.headersSent = true
  }
  write(text: string): void {
    this.written.push(text)
  }
  end(): void {
    this.writableEnded = true
    this.emit('close')
  }
  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }
}

afterEach(() => {
  jest.useRealTimers()
})

async function open() {
  const events = createInProcessEvents()
  const world = createWorld({ adapt: () => ({ events }) })
  const runtime = createRuntime(readOptions(world.options))
  const received: Received = {
    correlationId: 'req_test',
    face: 'mcp',
    era: '2026-07-28',
    claimedWorkspaceId: 'ws_acme',
    presented: { kind: 'api-key', digest: digestApiKey(KEYS.acme) },
    resource: null,
    selector: { id: 'mem_maria' },
    client: null,
    trace: null,
    background: (work) => void work(),
    closing: new AbortController().signal,
  }
  const admitted = await admit(runtime, received)
  const res = new Response()
  const request = {
    jsonrpc: '2.0',
    id: 1,
    method: 'subscriptions/listen',
    params: { notifications: { toolsListChanged: true } },
  } as const
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
  const ended = serveListen(createListening(), {
    runtime,
    admitted,
    request,
    res: res as never,
    writer: new ResponseWriter(res as never, new UnsentLedger(16 * 1024 * 1024), 'Origin'),
    capabilities: {},
    accepts: { stream: true, onlyStream: false },
  })
  await jest.advanceTimersByTimeAsync(1)
  expect(res.written[0]).toContain('acknowledged')
  return { world, events, res, ended }
}

it('sends a comment regularly, so that proxies keep the stream open', async () => {
  const { res } = await open()
  await jest.advanceTimersByTimeAsync(31_000)
  expect(res.written.filter((text) => text.startsWith(':'))).toHaveLength(2)
  res.emit('close')
})

it.each([
  ['the key is revoked', 'key'],
  ['the member is deactivated', 'member'],
])('ends within 30 seconds after %s, without any event', async (_, what) => {
  const { world, res, ended } = await open()
  if (what === 'key') world.adapters.apiKeys.revoke('key_acme', new Date(0))
  else world.adapters.members.setActive('ws_acme', 'mem_maria', false)
  await jest.advanceTimersByTimeAsync(30_001)
  await ended
  expect(res.written.at(-1)).toContain('"resultType":"complete"')
  expect(world.adapters.audit.events.at(-1)).toMatchObject({ type: 'stream.closed', outcome: 'refused' })
  expect(jest.getTimerCount()).toBe(0)
})

it('disconnects a reader that does not read', async () => {
  const { world, res, ended, events } = await open()
  res.writableLength = 1024 * 1024
  await events.publish({ type: 'tools_changed', workspaceId: 'ws_acme', memberId: null })
  await jest.advanceTimersByTimeAsync(1)
  await ended
  expect(res.destroyed).toBe(true)
  expect(res.written).toHaveLength(1)
  expect(world.adapters.audit.events.at(-1)).toMatchObject({
    type: 'stream.closed',
    outcome: 'reader too slow',
  })
})
