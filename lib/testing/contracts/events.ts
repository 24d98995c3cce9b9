/** The contract suite of the events adapter: each event reaches every listener, on every node, once. */

import assert from 'node:assert/strict'
import type { BusEvent, EventsAdapter } from '../../adapters/events.js'
import { defineContract, type Harness, sleep, soon, uniqueId } from '../harness/runner.js'

/** What `eventsContract` needs: an events adapter, and a second node if there can be one. */
export interface EventsHarness extends Harness {
  /** The adapter under test. */
  readonly adapter: EventsAdapter
  /** The adapter of another node. */
  readonly peer?: EventsAdapter
  /** Resolves when the subscriptions made so far are in effect. Default: at once. */
  ready?(): Promise<void>
}

/** Milliseconds in which a second delivery would arrive. */
const REPEAT_MS = 100

/**
 * Runs the contract suite of the events adapter. `create` gives a new harness for each case.
 *
 * @example
 * eventsContract({ describe, it }, async () => ({ adapter: createInProcessEvents() }))
 */
export const eventsContract = defineContract<EventsHarness>('events contract', {
  'delivers every kind of event unchanged to every listener of every node, once': async (harness) => {
    const { adapter, peer = adapter } = harness
    const workspaceId = uniqueId('ws')
    const ears = [adapter, adapter, peer].map((node) => listen(node, workspaceId))
    await harness.ready?.()
    const events = everyKind(workspaceId)
    for (const event of events) await adapter.publish(event)
    for (const { heard, hears } of ears) {
      await soon(hears(events.length), 'an event arrives')
      await sleep(REPEAT_MS)
      assert.deepEqual([...heard].sort(byJson), [...events].sort(byJson))
    }
    for (const { end } of ears) end()
  },
  'delivers nothing to a listener that has ended, and all to the others': async (harness) => {
    const { adapter } = harness
    const workspaceId = uniqueId('ws')
    const [ended, present] = [listen(adapter, workspaceId), listen(adapter, workspaceId)]
    await harness.ready?.()
    ended.end()
    ended.end()
    const [event] = everyKind(workspaceId)
    await adapter.publish(event)
    await soon(present.hears(1), 'an event arrives')
    await sleep(REPEAT_MS)
    assert.deepEqual([ended.heard.length, present.heard.length], [0, 1])
    present.end()
  },
  'publishes without listeners': async ({ adapter }) => {
    const [event] = everyKind(uniqueId('ws'))
    await adapter.publish(event)
  },
})

function everyKind(workspaceId: string): readonly [BusEvent, ...BusEvent[]] {
  const [all, one] = [
    { workspaceId, memberId: null },
    { workspaceId, memberId: 'mem_1' },
  ]
  return [
    { ...all, type: 'tools_changed' },
    { ...one, type: 'prompts_changed' },
    { ...all, type: 'resources_changed' },
    { ...all, type: 'memory_changed', key: 'ä/b', deleted: true },
    { ...one, type: 'resource_changed', uri: 'crm://deals/1' },
    { ...one, type: 'approval_changed', approvalId: 'apr_1' },
    // An event of the library, which may be long.
    { ...one, type: 'library', sealed: 'aZ0-_.'.repeat(5000) },
  ]
}

/** Listens to one workspace, because suites may share an event bus. */
function listen(node: EventsAdapter, workspaceId: string) {
  const heard: BusEvent[] = []
  const end = node.subscribe((event) => {
    if (event.workspaceId === workspaceId) heard.push(event)
  })
  const hears = async (count: number) => {
    for (let waited = 0; heard.length < count && waited < 3000; waited += 10) await sleep(10)
    assert.ok(heard.length >= count, `heard ${heard.length} of ${count} events`)
  }
  return { heard, end, hears }
}

function byJson(a: BusEvent, b: BusEvent): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1
}
