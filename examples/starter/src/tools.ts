/** What an AI client may do in this app. */

import { createToolProvider, defineTool, toolError } from 'allv-mcp'
import { z } from 'zod'
import type { Orders } from './orders.js'

const order = z.object({ id: z.string(), customer: z.string(), euros: z.number(), refunded: z.boolean() })

export function createTools(orders: Orders) {
  return createToolProvider([
    defineTool({
      name: 'orders.search',
      description: 'Finds orders by a part of the name of the customer.',
      input: z.object({ customer: z.string().max(200).default('') }),
      output: z.object({ orders: z.array(order) }),
      annotations: { readOnlyHint: true },
      run: async ({ customer }, { context }) => ({
        orders: [...(await orders.search(context.workspaceId, customer))],
      }),
    }),
    defineTool({
      name: 'orders.refund',
      description: 'Pays an order back. A person has to approve it.',
      input: z.object({ orderId: z.string().max(200) }),
      output: z.object({ order }),
      approval: 'operator',
      run: async ({ orderId }, { context }) => {
        const refunded = await orders.refund(context.workspaceId, orderId)
        return refunded === null
          ? toolError('There is no such order, or it is refunded already.')
          : { order: refunded }
      },
    }),
  ])
}
