/** The contract suite of the resources adapter: a fixed list, `null` for a missing resource, and no side effects. */

import assert from 'node:assert/strict'
import type { MemberContext } from '../../adapters/principal.js'
import type { ResourcesAdapter } from '../../adapters/resources.js'
import { defineContract, type Harness, needing, uniqueId } from '../harness/runner.js'

/** What `resourcesContract` needs: a resources adapter, and members with different permissions. */
export interface ResourcesHarness extends Harness {
  /** The adapter under test. */
  readonly adapter: ResourcesAdapter
  /** A member who may read at least one resource. */
  readonly context: MemberContext
  /** A resource that asks the client nothing. */
  readonly sample: {
    /** Its address. */
    readonly uri: string
  }
  /** The scheme of memory addresses, `brand.memoryScheme` of your options. The adapter must not use it. Default `allv`. */
  readonly memoryScheme?: string
  /** A resource that the member of `context` may read, and a member who may not. */
  readonly hidden?: {
    /** Its address. */
    readonly uri: string
    /** The member who may not read it. */
    readonly from: MemberContext
  }
}

const FIRST_ROUND = { answers: null, state: null } as const

/**
 * Runs the contract suite of the resources adapter. `create` gives a new harness for each case.
 *
 * @example
 * resourcesContract({ describe, it }, async () => ({ adapter: resources, context, sample: { uri: 'crm://handbook' } }), {
 *   lacks: ['hidden', 'templates'],
 * })
 */
export const resourcesContract = defineContract<ResourcesHarness, 'hidden' | 'templates'>(
  'resources contract',
  {
    'lists the same resources in the same order, under schemes of its own': async ({
      adapter,
      context,
      memoryScheme,
    }) => {
      const resources = await adapter.list(context)
      assert.deepEqual(await adapter.list(context), resources)
      assert.equal(new Set(resources.map(({ uri }) => uri)).size, resources.length)
      for (const { uri } of resources) assertOwnScheme(uri, memoryScheme)
    },
    'lists the same templates in the same order, under schemes of its own': needing(
      'templates',
      ({ adapter }: ResourcesHarness) => adapter.templates?.bind(adapter),
      async ({ context, memoryScheme }, list) => {
        const templates = await list(context)
        assert.deepEqual(await list(context), templates)
        for (const { uriTemplate } of templates) assertOwnScheme(uriTemplate, memoryScheme)
      },
    ),
    'reads the contents of one resource': async ({ adapter, context, sample }) => {
      const contents = await adapter.read(context, { ...sample, ...FIRST_ROUND })
      assert.ok(contents !== null && !('inputRequests' in contents), 'the sample is read without questions')
      assert.ok(contents.length > 0)
      for (const content of contents) assert.ok('text' in content || 'blob' in content)
    },
    'gives null for a resource that does not exist': async ({ adapter, context, sample }) => {
      for (const uri of [`${sample.uri}/${uniqueId('missing')}`, `nowhere:${uniqueId('missing')}`, ''])
        assert.equal(await adapter.read(context, { uri, ...FIRST_ROUND }), null)
    },
    'neither lists nor reads what a member may not read': needing(
      'hidden',
      ({ hidden }: ResourcesHarness) => hidden,
      async ({ adapter, context }, hidden) => {
        const query = { uri: hidden.uri, ...FIRST_ROUND }
        assert.notEqual(await adapter.read(context, query), null)
        assert.equal(await adapter.read(hidden.from, query), null)
        assert.ok((await adapter.list(hidden.from)).every(({ uri }) => uri !== hidden.uri))
      },
    ),
    'changes nothing by reading': async ({ adapter, context, sample }) => {
      const query = { ...sample, ...FIRST_ROUND }
      const [list, contents] = [await adapter.list(context), await adapter.read(context, query)]
      assert.deepEqual(await adapter.read(context, query), contents)
      assert.deepEqual(await adapter.list(context), list)
    },
  },
)

function assertOwnScheme(uri: string, memoryScheme = 'allv'): void {
  assert.match(uri, /^[a-z][a-z0-9+.-]*:/i)
  const isMemory = uri.toLowerCase().startsWith(`${memoryScheme}:`)
  assert.ok(!isMemory, `the scheme ${memoryScheme}: is the library’s`)
}
