/** Tools, prompts, resources and events adapters that break one promise each. */

import {
  type EventsAdapter,
  type PromptsAdapter,
  type ResourcesAdapter,
  type ToolsAdapter,
  toolError,
} from 'allv-mcp'
import { eventsContract, promptsContract, resourcesContract, toolsContract } from 'allv-mcp/testing'
import type { Broken } from './collect.js'
import { eventsHarness, promptsHarness, resourcesHarness, toolsHarness } from './harnesses.js'
import { ADA } from './small-adapters.js'

function tools(
  adapter: string,
  notices: string,
  bend: (sound: ToolsAdapter) => Partial<ToolsAdapter>,
): Broken {
  const harness = toolsHarness()
  const bentAdapter = { ...harness.adapter, ...bend(harness.adapter) }
  return {
    adapter,
    notices,
    suite: (runner) => toolsContract(runner, async () => ({ ...harness, adapter: bentAdapter })),
  }
}

function prompts(
  adapter: string,
  notices: string,
  bend: (sound: PromptsAdapter) => Partial<PromptsAdapter>,
): Broken {
  const harness = promptsHarness()
  const bentAdapter = { ...harness.adapter, ...bend(harness.adapter) }
  return {
    adapter,
    notices,
    suite: (runner) => promptsContract(runner, async () => ({ ...harness, adapter: bentAdapter })),
  }
}

function resources(
  adapter: string,
  notices: string,
  bend: (sound: ResourcesAdapter) => Partial<ResourcesAdapter>,
): Broken {
  return {
    adapter,
    notices,
    suite: (runner) =>
      resourcesContract(runner, async () => {
        const harness = resourcesHarness()
        return { ...harness, adapter: { ...harness.adapter, ...bend(harness.adapter) } }
      }),
  }
}

function events(
  adapter: string,
  notices: string,
  bend: (sound: EventsAdapter) => Partial<EventsAdapter>,
): Broken {
  return {
    adapter,
    notices,
    suite: (runner) =>
      eventsContract(runner, async () => {
        const harness = eventsHarness()
        return { ...harness, adapter: { ...harness.adapter, ...bend(harness.adapter) } }
      }),
  }
}

/** Turns a list around at every second look. */
function turning<A extends readonly unknown[], T>(list: (...args: A) => Promise<readonly T[]>) {
  let turns = 0
  return async (...args: A): Promise<readonly T[]> => {
    turns += 1
    const items = await list(...args)
    return turns % 2 === 0 ? [...items].reverse() : items
  }
}

export const brokenOfferings: readonly Broken[] = [
  tools('tools in another order each time', 'lists the same tools', ({ list }) => ({ list: turning(list) })),
  tools('tools without descriptions', 'gives names, descriptions', ({ list }) => ({
    list: async (context) => (await list(context)).map((tool) => ({ ...tool, description: '' })),
  })),
  tools('tools that fail', 'runs one call and', ({ call }) => ({
    call: async (context, given) => (given.name === 'echo' ? toolError('no') : call(context, given)),
  })),
  tools('unknown tools that answer', 'rejects a call of a tool', ({ call }) => ({
    call: (context, given) => call(context, given).catch(() => ({ content: [] })),
  })),
  tools('hidden tools that run', 'neither lists nor runs', ({ call }) => ({
    call: (_, given) => call(ADA, given),
  })),
  prompts('prompts in another order each time', 'lists the same prompts', ({ list }) => ({
    list: turning(list),
  })),
  prompts('prompts that say nothing', 'gets a listed prompt', () => ({
    get: async () => ({ messages: [] }),
  })),
  prompts('prompts for everybody', 'lists only what a member may use', ({ list }) => ({
    list: () => list(ADA),
  })),
  prompts('completions that throw', 'completes with strings', () => ({
    complete: async ({ workspaceId }, { argument }) => {
      if (argument.name === 'unheard-of') throw new RangeError(`no such argument in ${workspaceId}`)
      return { values: [] }
    },
  })),
  resources('resources in another order each time', 'lists the same resources', ({ list }) => ({
    list: turning(list),
  })),
  resources('resources of the library’s scheme', 'lists the same resources', () => ({
    list: async () => [{ uri: 'allv://deals/1', name: 'deal' }],
  })),
  resources('templates of the library’s scheme', 'lists the same templates', () => ({
    templates: async () => [{ uriTemplate: 'allv://deals/{id}', name: 'deals' }],
  })),
  resources('resources without contents', 'reads the contents', ({ read }) => ({
    read: async (context, query) => ((await read(context, query)) === null ? null : []),
  })),
  resources('contents of nothing', 'gives null for a resource', () => ({
    read: async (_, { uri }) => [{ uri, text: '' }],
  })),
  resources('resources for everybody', 'neither lists nor reads', ({ read }) => ({
    read: (_, query) => read(ADA, query),
  })),
  resources('read that counts', 'changes nothing by reading', ({ read }) => {
    let reads = 0
    return {
      async read(context, query) {
        reads += 1
        return (await read(context, query)) === null ? null : [{ uri: query.uri, text: String(reads) }]
      },
    }
  }),
  events('events that come twice', 'delivers every kind of event', ({ publish }) => ({
    async publish(event) {
      await publish(event)
      await publish(event)
    },
  })),
  events('events that get lost', 'delivers every kind of event', ({ publish }) => ({
    publish: async (event) => (event.type === 'library' ? undefined : publish(event)),
  })),
  events('listeners that never end', 'delivers nothing to a listener', ({ subscribe }) => ({
    subscribe(listener) {
      subscribe(listener)
      return () => {}
    },
  })),
  events('events that need a listener', 'publishes without listeners', ({ publish, subscribe }) => {
    let listeners = 0
    return {
      subscribe(listener) {
        listeners += 1
        return subscribe(listener)
      },
      async publish(event) {
        if (listeners === 0) throw new RangeError('nobody listens')
        await publish(event)
      },
    }
  }),
]
