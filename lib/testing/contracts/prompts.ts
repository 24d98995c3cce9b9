/** The contract suite of the prompts adapter: a member can get exactly the prompts that are listed for them. */

import assert from 'node:assert/strict'
import type { MemberContext } from '../../adapters/principal.js'
import type { PromptCall, PromptsAdapter } from '../../adapters/prompts.js'
import { defineContract, type Harness, needing } from '../harness/runner.js'

/** What `promptsContract` needs: a prompts adapter, and members with different permissions. */
export interface PromptsHarness extends Harness {
  /** The adapter under test. */
  readonly adapter: PromptsAdapter
  /** A member who may use at least one prompt. */
  readonly context: MemberContext
  /** A listed prompt with its required arguments, which asks the client nothing. */
  readonly sample: Pick<PromptCall, 'name' | 'arguments'>
  /** A prompt that the member of `context` may use, and a member who may not. */
  readonly hidden?: {
    /** The name of the prompt. */
    readonly name: string
    /** The member who may not use it. */
    readonly from: MemberContext
  }
}

/**
 * Runs the contract suite of the prompts adapter. `create` gives a new harness for each case.
 *
 * @example
 * promptsContract({ describe, it }, async () => ({ adapter: prompts, context, sample: { name: 'weekly', arguments: {} } }), {
 *   lacks: ['hidden', 'complete'],
 * })
 */
export const promptsContract = defineContract<PromptsHarness, 'hidden' | 'complete'>('prompts contract', {
  'lists the same prompts in the same order': async ({ adapter, context }) => {
    const prompts = await adapter.list(context)
    assert.ok(prompts.length > 0)
    assert.deepEqual(await adapter.list(context), prompts)
    assert.equal(new Set(prompts.map(({ name }) => name)).size, prompts.length)
    for (const { name } of prompts) assert.match(name, /^[A-Za-z0-9_.-]{1,128}$/)
  },
  'gets a listed prompt, filled in': async ({ adapter, context, sample }) => {
    assert.ok((await adapter.list(context)).some(({ name }) => name === sample.name))
    const result = await adapter.get(context, { ...sample, answers: null, state: null })
    assert.ok('messages' in result, 'the sample asks nothing')
    assert.ok(result.messages.length > 0)
  },
  'lists only what a member may use': needing(
    'hidden',
    ({ hidden }: PromptsHarness) => hidden,
    async ({ adapter, context }, hidden) => {
      const lists = async (member: MemberContext) =>
        (await adapter.list(member)).some(({ name }) => name === hidden.name)
      assert.deepEqual([await lists(context), await lists(hidden.from)], [true, false])
    },
  ),
  'completes with strings, also for an unknown argument': needing(
    'complete',
    ({ adapter }: PromptsHarness) => adapter.complete?.bind(adapter),
    async ({ context, sample }, complete) => {
      const of = { kind: 'prompt', name: sample.name } as const
      for (const name of [...Object.keys(sample.arguments), 'unheard-of']) {
        const argument = { name, value: '' }
        const completion = await complete(context, { of, argument, arguments: {} })
        for (const value of completion?.values ?? []) assert.equal(typeof value, 'string')
      }
    },
  ),
})
