/** The app's own data, kept apart by workspace. A real app has a database here. */

import { randomBytes } from 'node:crypto'

export interface Deal {
  /** `deal_…` */
  readonly id: string
  readonly title: string
  /** In euros. */
  readonly amount: number
  readonly stage: 'open' | 'won' | 'lost'
}

export interface Contact {
  readonly name: string
  readonly email: string
  readonly company: string
}

export interface Note {
  readonly dealId: string
  /** The id of a member. */
  readonly author: string
  readonly text: string
}

export interface SalesRecords {
  readonly deals: readonly Deal[]
  readonly contacts: readonly Contact[]
  readonly notes: readonly Note[]
}

export interface SalesStore {
  /** What one workspace has; of an unknown workspace, nothing. */
  of(workspaceId: string): SalesRecords
  createDeal(workspaceId: string, deal: Pick<Deal, 'title' | 'amount'>): Deal
  /** Deletes a deal with its notes. Gives the deal, or `null` where this workspace has none of this id. */
  deleteDeal(workspaceId: string, dealId: string): Deal | null
}

const NOTHING: SalesRecords = { deals: [], contacts: [], notes: [] }

export function createSalesStore(seed: Readonly<Record<string, SalesRecords>>): SalesStore {
  const workspaces = new Map(Object.entries(seed))
  const of = (workspaceId: string) => workspaces.get(workspaceId) ?? NOTHING
  return {
    of,
    createDeal(workspaceId, { title, amount }) {
      const deal: Deal = { id: `deal_${randomBytes(6).toString('hex')}`, title, amount, stage: 'open' }
      const records = of(workspaceId)
      workspaces.set(workspaceId, { ...records, deals: [...records.deals, deal] })
      return deal
    },
    deleteDeal(workspaceId, dealId) {
      const { deals, contacts, notes } = of(workspaceId)
      const deal = deals.find(({ id }) => id === dealId)
      if (deal === undefined) return null
      workspaces.set(workspaceId, {
        deals: deals.filter(({ id }) => id !== dealId),
        contacts,
        notes: notes.filter((note) => note.dealId !== dealId),
      })
      return deal
    },
  }
}
