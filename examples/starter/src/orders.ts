/** The app's own data: orders, in a table beside those of allv-mcp. Replace it with yours. */

import type { PGlite } from '@electric-sql/pglite'

interface Order {
  readonly id: string
  readonly customer: string
  readonly euros: number
  readonly refunded: boolean
}

/** Every query names the workspace: a member never reads orders of another one. */
export interface Orders {
  search(workspaceId: string, customer: string): Promise<readonly Order[]>
  /** `null`: the workspace has no such order, or it is refunded already. */
  refund(workspaceId: string, id: string): Promise<Order | null>
}

const FIELDS = 'id, customer, euros, refunded'

export async function createOrdersTable(pool: PGlite): Promise<void> {
  await pool.query(`create table if not exists orders (workspace_id text, id text, customer text not null,
    euros float8 not null, refunded boolean not null default false, primary key (workspace_id, id))`)
  await pool.query(`insert into orders (workspace_id, id, customer, euros) values
    ('ws_demo', 'order_1', 'Ada Lovelace', 120), ('ws_demo', 'order_2', 'Alan Turing', 45) on conflict do nothing`)
}

export function createOrders(pool: PGlite): Orders {
  return {
    async search(workspaceId, customer) {
      const { rows } = await pool.query<Order>(
        `select ${FIELDS} from orders where workspace_id = $1 and strpos(lower(customer), lower($2)) > 0 order by id`,
        [workspaceId, customer],
      )
      return rows
    },
    async refund(workspaceId, id) {
      const { rows } = await pool.query<Order>(
        `update orders set refunded = true where workspace_id = $1 and id = $2 and not refunded returning ${FIELDS}`,
        [workspaceId, id],
      )
      return rows[0] ?? null
    },
  }
}
