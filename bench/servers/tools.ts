/** Makes realistic tools, with about a kilobyte of definition each. The peers have the same tools in zod. */

import { createToolProvider, defineTool } from 'allv-mcp'

const SCHEMA = {
  type: 'object',
  properties: {
    title: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      description: 'What the record is called in lists and in search.',
    },
    amount: {
      type: 'number',
      minimum: 0,
      description: 'Worth in the currency of the workspace, without tax.',
    },
    stage: {
      type: 'string',
      enum: ['new', 'qualified', 'proposal', 'won', 'lost'],
      description: 'Where in the pipeline it stands.',
    },
    contact: {
      type: 'object',
      properties: {
        email: { type: 'string', description: 'Address of the person to write to.' },
        phone: { type: 'string', description: 'Number of the person to call.' },
      },
      required: ['email'],
      additionalProperties: false,
    },
    tags: {
      type: 'array',
      items: { type: 'string' },
      description: 'Words to find it by; order does not matter.',
    },
  },
  required: ['title', 'amount', 'stage'],
  additionalProperties: false,
} as const

export function benchTools(count: number) {
  return createToolProvider(
    Array.from({ length: count }, (_, i) =>
      defineTool({
        name: `crm.tool_${String(i).padStart(2, '0')}`,
        title: `Tool ${i}`,
        description: `Adds record number ${i} to the pipeline, and tells the people who follow it. Use it once for each record.`,
        input: SCHEMA,
        annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
        run: async ({ title, amount, stage }) => `added ${title}: ${amount} (${stage})`,
      }),
    ),
  )
}
