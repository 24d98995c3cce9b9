/** What the two demo companies sell, to whom, and what they noted about it. */

import type { SalesRecords } from './sales-store.js'

export const SALES: Readonly<Record<'ws_acme' | 'ws_globex', SalesRecords>> = {
  ws_acme: {
    deals: [
      { id: 'deal_acme_1', title: 'Rocket skates', amount: 1_000, stage: 'won' },
      { id: 'deal_acme_2', title: 'Giant magnet', amount: 4_000, stage: 'open' },
      { id: 'deal_acme_3', title: 'Portable holes', amount: 9_000, stage: 'open' },
      { id: 'deal_acme_4', title: 'Bird seed, one ton', amount: 16_000, stage: 'lost' },
    ],
    contacts: [
      { name: 'Wile Coyote', email: 'wile@canyon.test', company: 'Canyon Logistics' },
      { name: 'Rita Road', email: 'rita@highway.test', company: 'Highway Partners' },
      { name: 'Sam Sheepdog', email: 'sam@meadow.test', company: 'Meadow Security' },
    ],
    notes: [
      { dealId: 'deal_acme_2', author: 'mem_maria', text: 'Asked for delivery to the canyon rim.' },
      { dealId: 'deal_acme_3', author: 'mem_ada', text: 'Wants six, and a discount.' },
    ],
  },
  ws_globex: {
    deals: [
      { id: 'deal_globex_1', title: 'Weather machine', amount: 250_000, stage: 'open' },
      { id: 'deal_globex_2', title: 'Hammock district', amount: 12_000, stage: 'won' },
      { id: 'deal_globex_3', title: 'Doomsday insurance', amount: 90_000, stage: 'open' },
    ],
    contacts: [
      { name: 'Hank Summers', email: 'hank@cypress.test', company: 'Cypress Creek' },
      { name: 'Mindy Marsh', email: 'mindy@harbour.test', company: 'Harbour Energy' },
    ],
    notes: [{ dealId: 'deal_globex_1', author: 'mem_lin', text: 'Legal wants to see the manual first.' }],
  },
}
