/** What an AI client may do in the app. Every tool works in the member's own workspace, and nowhere else. */

import { setTimeout as sleep } from 'node:timers/promises'
import { createToolProvider, defineTool, type ToolProvider, toolError } from 'allv-mcp'
import { z } from 'zod'
import { decideOnBuiltIn } from './memory-rules.js'
import type { Deal, SalesStore } from './sales-store.js'

const deal = z.object({
  id: z.string().describe('Such as deal_acme_1.'),
  title: z.string(),
  amount: z.number().describe('In euros.'),
  stage: z.enum(['open', 'won', 'lost']),
})
const contact = z.object({ name: z.string(), email: z.string(), company: z.string() })

const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false }
const ADDS = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false }
const DELETES = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false }

export function createCrmTools(sales: SalesStore): ToolProvider {
  return createToolProvider(
    [
      searchDeals(sales),
      createDeal(sales),
      deleteDeal(sales),
      forecast(sales),
      lookUpContacts(sales),
      exportReport(sales),
    ],
    { fallback: decideOnBuiltIn },
  )
}

const searchDeals = (sales: SalesStore) =>
  defineTool({
    name: 'deals.search',
    title: 'Search deals',
    description:
      'Finds the deals of the workspace whose title contains the query, in upper or lower case; without a query, all of them. Use it to learn the id of a deal.',
    input: z.object({
      query: z.string().max(200).optional().describe('A part of the title, such as "magnet".'),
    }),
    output: z.object({ deals: z.array(deal) }),
    scopes: ['deals:read'],
    annotations: READS,
    async run({ query = '' }, { context }) {
      const { deals } = await sales.of(context.workspaceId)
      return { deals: deals.filter(({ title }) => contains(title, query)) }
    },
  })

const createDeal = (sales: SalesStore) =>
  defineTool({
    name: 'deals.create',
    title: 'Create a deal',
    description: 'Adds an open deal to the pipeline and returns it with its new id.',
    input: z.object({
      title: z.string().min(1).max(200).describe('What is sold, in a few words.'),
      amount: z.number().nonnegative().describe('In euros.'),
    }),
    output: z.object({ deal }),
    scopes: ['deals:write'],
    annotations: ADDS,
    run: async (args, { context }) => ({ deal: await sales.createDeal(context.workspaceId, args) }),
  })

const deleteDeal = (sales: SalesStore) =>
  defineTool({
    name: 'deals.delete',
    title: 'Delete a deal',
    description:
      'Deletes a deal and its notes for good. An operator must approve each deletion; until then nothing is deleted.',
    input: z.object({
      dealId: z.string().min(1).max(100).describe('The id of the deal, as deals.search gives it.'),
    }),
    output: z.object({ deleted: deal }),
    scopes: ['deals:write'],
    annotations: DELETES,
    approval: async ({ dealId }, { context }) => ({
      verdict: 'operator',
      summary: await deletionInWords(sales, context.workspaceId, dealId),
    }),
    async run({ dealId }, { context }) {
      const deleted = await sales.deleteDeal(context.workspaceId, dealId)
      return deleted === null ? toolError(`there is no deal ${dealId} in this workspace`) : { deleted }
    },
  })

const forecast = (sales: SalesStore) =>
  defineTool({
    name: 'deals.forecast',
    title: 'Forecast revenue',
    description: 'Counts the open deals and adds up their amounts. Only administrators see this tool.',
    input: z.object({}),
    output: z.object({ open: z.number(), total: z.number().describe('In euros.') }),
    scopes: ['deals:read'],
    annotations: READS,
    visible: ({ member }) => member.roles?.includes('admin') ?? false,
    async run(_, { context }) {
      const { deals } = await sales.of(context.workspaceId)
      const open = deals.filter(({ stage }) => stage === 'open')
      return { open: open.length, total: open.reduce((sum, { amount }) => sum + amount, 0) }
    },
  })

const lookUpContacts = (sales: SalesStore) =>
  defineTool({
    name: 'contacts.lookup',
    title: 'Look up contacts',
    description: 'Finds the contacts of the workspace by a part of their name, email address or company.',
    input: z.object({ query: z.string().min(1).max(200).describe('Such as "coyote" or "@highway.test".') }),
    output: z.object({ contacts: z.array(contact) }),
    scopes: ['deals:read'],
    annotations: READS,
    async run({ query }, { context }) {
      const { contacts } = await sales.of(context.workspaceId)
      return {
        contacts: contacts.filter(({ name, email, company }) =>
          [name, email, company].some((text) => contains(text, query)),
        ),
      }
    },
  })

const exportReport = (sales: SalesStore) =>
  defineTool({
    name: 'reports.export',
    title: 'Export a report',
    description:
      'Returns all deals of the workspace as CSV. It takes as many seconds as asked for, reports its progress, and stops when it is cancelled.',
    input: z.object({
      seconds: z.number().min(0).max(300).default(2).describe('How long the export takes.'),
    }),
    scopes: ['deals:read'],
    annotations: READS,
    timeoutMs: 310_000,
    async run({ seconds }, { context, signal, progress }) {
      const parts = Math.ceil(seconds * 4)
      for (let part = 1; part <= parts; part += 1) {
        await sleep((seconds * 1000) / parts, undefined, { signal })
        progress({ progress: part, total: parts, message: `${part} of ${parts} parts` })
      }
      return toCsv((await sales.of(context.workspaceId)).deals)
    },
  })

/** An id tells the person who decides nothing. */
async function deletionInWords(sales: SalesStore, workspaceId: string, dealId: string): Promise<string> {
  const found = (await sales.of(workspaceId)).deals.find(({ id }) => id === dealId)
  if (found === undefined) return 'Deletes a deal that this workspace does not have: it would fail.'
  const { title, amount, stage } = found
  return `Deletes the deal "${title}" (${amount} euros, ${stage}) and its notes for good.`
}

function contains(text: string, query: string): boolean {
  return text.toLowerCase().includes(query.toLowerCase())
}

function toCsv(deals: readonly Deal[]): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const rows = deals.map(({ id, title, amount, stage }) => [id, quoted(title), amount, stage].join(','))
  return ['id,title,amount,stage', ...rows].join('\n')
}
