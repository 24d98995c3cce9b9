/** Tools with every kind of behaviour. */

import { setTimeout as sleep } from 'node:timers/promises'
import { ask, defineTool, type Tool, toolError } from 'allv-mcp'
import { z } from 'zod'

/** Every execution, in order, as it really ran. */
export type Executions = {
  readonly tool: string
  readonly args: unknown
  readonly memberId: string
  readonly workspaceId: string
  readonly runId: string
}[]

export const QUESTION = {
  method: 'elicitation/create',
  params: {
    message: 'Which color?',
    requestedSchema: { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] },
  },
} as const

export function createWorldTools(executions: Executions): readonly Tool[] {
  const counted =
    <A, R>(tool: string, act: (args: A) => R) =>
    (
      args: A,
      { context, runId }: { context: { member: { id: string }; workspaceId: string }; runId: string },
    ) => {
      executions.push({ tool, args, memberId: context.member.id, workspaceId: context.workspaceId, runId })
      return act(args)
    }
  const object = z.object({})
  return [
    defineTool({
      name: 'deals.add',
      title: 'Add',
      description: 'Adds two numbers.',
      input: z.object({ a: z.number(), b: z.number() }),
      output: z.object({ sum: z.number() }),
      run: counted('deals.add', ({ a, b }: { a: number; b: number }) => ({ sum: a + b })),
    }),
    defineTool({
      name: 'deals.delete',
      description: 'Needs an operator.',
      input: z.object({ dealId: z.string() }),
      approval: 'operator',
      run: counted('deals.delete', ({ dealId }: { dealId: string }) => `deleted ${dealId}`),
    }),
    defineTool({
      name: 'deals.confirm',
      description: 'Needs the member.',
      input: z.object({ dealId: z.string() }),
      approval: 'member',
      run: counted('deals.confirm', ({ dealId }: { dealId: string }) => `confirmed ${dealId}`),
    }),
    defineTool({
      name: 'deals.forbidden',
      description: 'Is denied by policy.',
      input: object,
      approval: () => ({ verdict: 'deny', reason: 'not on Fridays' }),
      run: counted('deals.forbidden', () => 'never'),
    }),
    defineTool({
      name: 'admin.only',
      description: 'For administrators.',
      input: object,
      visible: ({ member }) => member.roles?.includes('admin') ?? false,
      run: counted('admin.only', () => 'secret'),
    }),
    defineTool({
      name: 'scoped',
      description: 'Needs a scope.',
      input: object,
      scopes: ['deals:write'],
      run: counted('scoped', () => 'scoped'),
    }),
    defineTool({
      name: 'slow',
      description: 'Reports progress and can be cancelled.',
      input: z.object({ ms: z.number(), steps: z.number().default(4) }),
      async run({ ms, steps }, { signal, progress, context, runId }) {
        for (let step = 1; step <= steps; step += 1) {
          await sleep(ms / steps, undefined, { signal })
          progress({ progress: step, total: steps })
        }
        executions.push({
          tool: 'slow',
          args: { ms },
          memberId: context.member.id,
          workspaceId: context.workspaceId,
          runId,
        })
        return 'slow and done'
      },
    }),
    defineTool({
      name: 'deaf',
      description: 'Never answers.',
      input: object,
      timeoutMs: 60,
      run: () => new Promise<string>(() => {}),
    }),
    defineTool({
      name: 'throws',
      description: 'Throws a secret.',
      input: object,
      run() {
        throw new Error('SELECT secret FROM vault failed at /srv/app/vault.ts')
      },
    }),
    defineTool({
      name: 'fails',
      description: 'Fails politely.',
      input: object,
      run: () => toolError('the deal is already closed'),
    }),
    defineTool({
      name: 'asks',
      description: 'Asks for a color first.',
      input: z.object({ what: z.string().default('car') }),
      run: (args, { answers, state, context, runId }) => {
        if (answers === null) return ask({ inputRequests: { color: QUESTION }, state: { step: 1 } })
        executions.push({
          tool: 'asks',
          args,
          memberId: context.member.id,
          workspaceId: context.workspaceId,
          runId,
        })
        return JSON.stringify({ args, answers, state })
      },
    }),
    defineTool({
      name: 'asks.approved',
      description: 'Needs an operator, and then asks.',
      input: object,
      approval: 'operator',
      run: (args, { answers, context, runId }) => {
        if (answers === null) return ask({ inputRequests: { color: QUESTION } })
        executions.push({
          tool: 'asks.approved',
          args,
          memberId: context.member.id,
          workspaceId: context.workspaceId,
          runId,
        })
        return 'asked and approved'
      },
    }),
  ]
}
