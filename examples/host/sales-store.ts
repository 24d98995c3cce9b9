/** The app's own data, kept apart by workspace. */

import { randomBytes } from 'node:crypto'
import type { AnyPostgres } from 'allv-mcp/postgres'
import { z } from 'zod'

const deal = z.object({
  /** `deal_…` */
  id: z.string(),
  title: z.string(),
  /** In euros. */
  amount: z.number(),
  stage: z.enum(['open', 'won', 'lost']),
})
const contact = z.object({ name: z.string(), email: z.string(), company: z.string() })
const note = z.object({
  dealId: z.string(),
  /** The id of a member. */
  author: z.string(),
  text: z.string(),
})

export type Deal = Readonly<z.infer<typeof deal>>
type Contact = Readonly<z.infer<typeof contact>>
type Note = Readonly<z.infer<typeof note>>

export interface SalesRecords {
  readonly deals: readonly Deal[]
  readonly contacts: readonly Contact[]
  readonly notes: readonly Note[]
}

export interface SalesStore {
  /** What one workspace has; of an unknown workspace, nothing. */
  of(workspaceId: string): Promise<SalesRecords>
  createDeal(workspaceId: string, deal: Pick<Deal, 'title' | 'amount'>): Promise<Deal>
  /** Deletes a deal with its notes. Gives the deal, or `null` where this workspace has none of this id. */
  deleteDeal(workspaceId: string, dealId: string): Promise<Deal | null>
  /** Makes a workspace with its first records. Gives `false` where it is there already, whatever became of its records. */
  found(workspace: { readonly id: string; readonly name: string }, records: SalesRecords): Promise<boolean>
}

const DEAL = 'id, title, amount, stage'

export function createSalesStore(pool: AnyPostgres): SalesStore {
  const ask = async <T>(shape: z.ZodType<T>, text: string, ...values: unknown[]) =>
    z.array(shape).parse((await pool.query(text, values)).rows)
  return {
    async of(workspaceId) {
      const [deals, contacts, notes] = await Promise.all([
        ask(deal, `select ${DEAL} from sales.deals where workspace_id = $1 order by place`, workspaceId),
        ask(contact, 'select * from sales.contacts where workspace_id = $1 order by name', workspaceId),
        ask(
          note,
          'select deal_id as "dealId", author, text from sales.notes where workspace_id = $1',
          workspaceId,
        ),
      ])
      return { deals, contacts, notes }
    },
    async createDeal(workspaceId, { title, amount }) {
      const created: Deal = { id: `deal_${randomBytes(6).toString('hex')}`, title, amount, stage: 'open' }
      await pool.query(`insert into sales.deals (workspace_id, ${DEAL}) values ($1, $2, $3, $4, 'open')`, [
        workspaceId,
        created.id,
        title,
        amount,
      ])
      return created
    },
    async deleteDeal(workspaceId, dealId) {
      const text = `delete from sales.deals where workspace_id = $1 and id = $2 returning ${DEAL}`
      return (await ask(deal, text, workspaceId, dealId))[0] ?? null
    },
    async found({ id, name }, records) {
      const { rows } = await pool.query(FOUND, [id, name, JSON.stringify(records)])
      return rows.length > 0
    },
  }
}

/** One statement, so that a workspace is never half there. */
const FOUND = `
  with founded as (
    insert into sales.workspaces (id, name) values ($1, $2) on conflict do nothing returning id),
  deals as (
    insert into sales.deals (workspace_id, ${DEAL})
    select founded.id, deal.* from founded, json_to_recordset($3::json -> 'deals') as deal(id text, title text, amount float8, stage text)
    returning id),
  contacts as (
    insert into sales.contacts (workspace_id, name, email, company)
    select founded.id, contact.* from founded, json_to_recordset($3::json -> 'contacts') as contact(name text, email text, company text)),
  notes as (
    insert into sales.notes (workspace_id, deal_id, author, text)
    select founded.id, note.* from founded, json_to_recordset($3::json -> 'notes') as note("dealId" text, author text, text text))
  select id from founded`
