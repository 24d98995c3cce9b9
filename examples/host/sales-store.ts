/** The app's own data: deals and contacts, kept apart by workspace. A real app has a database here. */

import { randomBytes } from 'node:crypto'

export interface Deal {
  readonly id: string
  readonly title: string
  readonly amount: number
  readonly stage: 'open' | 'won' | 'lost'
}

export interface Contact {
  readonly name: string
  readonly email: string
  readonly company: string
}

export interface SalesStore {
  deals(workspaceId: string): readonly Deal[]
  contacts(workspaceId: string): readonly Contact[]
  createDeal(workspaceId: string, deal: { readonly title: string; readonly amount: number }): Deal
  /** Gives the deleted deal, or `null` where this workspace has none of this id. */
  deleteDeal(workspaceId: string, dealId: string): Deal | null
}

interface Records {
  readonly deals: Map<string, Deal>
  readonly contacts: readonly Contact[]
}

export function createSalesStore(): SalesStore {
  const workspaces = new Map<string, Records>([
    ['ws_acme', records('acme', ['Rocket skates', 'Giant magnet', 'Portable holes', 'Bird seed, one ton'])],
    ['ws_globex', records('globex', ['Weather machine', 'Hammock district', 'Doomsday insurance'])],
  ])
  const of = (workspaceId: string): Records =>
    workspaces.get(workspaceId) ?? { deals: new Map(), contacts: [] }
  return {
    deals: (workspaceId) => [...of(workspaceId).deals.values()],
    contacts: (workspaceId) => of(workspaceId).contacts,
    createDeal(workspaceId, { title, amount }) {
      const deal: Deal = { id: `deal_${randomBytes(6).toString('hex')}`, title, amount, stage: 'open' }
      of(workspaceId).deals.set(deal.id, deal)
      return deal
    },
    deleteDeal(workspaceId, dealId) {
      const { deals } = of(workspaceId)
      const deal = deals.get(dealId) ?? null
      deals.delete(dealId)
      return deal
    },
  }
}

function records(company: string, titles: readonly string[]): Records {
  const deals = titles.map(
    (title, i): Deal => ({
      id: `deal_${company}_${i + 1}`,
      title,
      amount: 1000 * (i + 1) ** 2,
      stage: i === 0 ? 'won' : 'open',
    }),
  )
  const names = ['Wile Coyote', 'Rita Road', 'Hank Scorpio', 'Frank Grimes']
  return {
    deals: new Map(deals.map((deal) => [deal.id, deal])),
    contacts: names.map((name) => ({
      name,
      email: `${name.split(' ')[0]?.toLowerCase()}@${company}-customers.test`,
      company,
    })),
  }
}
