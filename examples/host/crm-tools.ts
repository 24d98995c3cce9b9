/** What an AI client may do in the app. Every tool works in the member's own workspace, and nowhere else. */

import { setTimeout as sleep } from 'node:timers/promises'
import { createToolProvider, defineTool, type ToolProvider, toolError } from 'allv-mcp'
import { z } from 'zod'
import type { SalesStore } from './sales-store.js'

const deal = z.object({
  id: z.string(),
  title: z.string(),
  amount: z.number(),
  stage: z.enum(['open', 'won', 'lost']),
})
const reading = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false }

export function createCrmTools(sales: SalesStore): ToolProvider {
  return createToolProvider([
    defineTool({
      name: 'deals.search',
      title: 'Search deals',
      description: 'Finds the deals of the workspace whose title contains a text; all of them without one.',
      input: z.object({ query: z.string().max(200).optional() }),
      output: z.object({ deals: z.array(deal) }),
      annotations: reading,
      run({ query = '' }, { context }) {
        const wanted = query.toLowerCase()
        return {
          deals: sales.deals(context.workspaceId).filter(({ title }) => title.toLowerCase().includes(wanted)),
        }
      },
    }),
    defineTool({
      name: 'deals.create',
      title: 'Create a deal',
      description: 'Adds an open deal to the pipeline and gives its id.',
      input: z.object({ title: z.string().min(1).max(200), amount: z.number().nonnegative() }),
      output: z.object({ deal }),
      annotations: {
        readOnlyHint: false,
        destructiveHint: false,
        idempotentHint: false,
        openWorldHint: false,
      },
      run: (args, { context }) => ({ deal: sales.createDeal(context.workspaceId, args) }),
    }),
    defineTool({
      name: 'deals.delete',
      title: 'Delete a deal',
      description: 'Deletes a deal for good. An operator must approve each deletion.',
      input: z.object({ dealId: z.string().min(1).max(100) }),
      output: z.object({ deleted: deal }),
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
      approval: 'operator',
      run({ dealId }, { context }) {
        const deleted = sales.deleteDeal(context.workspaceId, dealId)
        return deleted === null ? toolError(`there is no deal ${dealId}`) : { deleted }
      },
    }),
    defineTool({
      name: 'deals.forecast',
      title: 'Forecast revenue',
      description: 'Adds up the open deals. For administrators.',
      input: z.object({}),
      output: z.object({ open: z.number(), total: z.number() }),
      annotations: reading,
      visible: ({ member }) => member.roles?.includes('admin') ?? false,
      run(_, { context }) {
        const open = sales.deals(context.workspaceId).filter(({ stage }) => stage === 'open')
        return { open: open.length, total: open.reduce((sum, { amount }) => sum + amount, 0) }
      },
    }),
    defineTool({
      name: 'contacts.lookup',
      title: 'Look up contacts',
      description: 'Finds contacts by a part of their name or email address.',
      input: z.object({ query: z.string().min(1).max(200) }),
      output: z.object({
        contacts: z.array(z.object({ name: z.string(), email: z.string(), company: z.string() })),
      }),
      annotations: reading,
      run({ query }, { context }) {
        const wanted = query.toLowerCase()
        const matches = ({ name, email }: { name: string; email: string }) =>
          `${name} ${email}`.toLowerCase().includes(wanted)
        return { contacts: sales.contacts(context.workspaceId).filter(matches) }
      },
    }),
    defineTool({
      name: 'reports.export',
      title: 'Export a report',
      description:
        'Prepares a report of all deals. Takes as many seconds as asked for, tells how far it is, and can be cancelled.',
      input: z.object({ seconds: z.number().min(0).max(300).default(2) }),
      annotations: reading,
      timeoutMs: 310_000,
      async run({ seconds }, { context, signal, progress }) {
        const steps = Math.ceil(seconds * 4)
        for (let step = 1; step <= steps; step += 1) {
          await sleep(250, undefined, { signal })
          progress({ progress: step, total: steps, message: `${step} of ${steps} parts` })
        }
        const rows = sales
          .deals(context.workspaceId)
          .map(({ id, title, amount, stage }) => `${id},"${title}",${amount},${stage}`)
        return ['id,title,amount,stage', ...rows].join('\n')
      },
    }),
  ])
}
