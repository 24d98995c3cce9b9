/** The tools of the bench in zod, as the peers take them. */

import { z } from 'zod'

const shape = () => ({
  title: z.string().min(1).max(200).describe('What the record is called in lists and in search.'),
  amount: z.number().min(0).describe('Worth in the currency of the workspace, without tax.'),
  stage: z.enum(['new', 'qualified', 'proposal', 'won', 'lost']).describe('Where in the pipeline it stands.'),
  contact: z
    .object({
      email: z.string().describe('Address of the person to write to.'),
      phone: z.string().optional().describe('Number of the person to call.'),
    })
    .optional(),
  tags: z.array(z.string()).optional().describe('Words to find it by; order does not matter.'),
})

/** Documentation writes schemas inside the factory, where each request makes them anew. Run with `once`, they are made when a tool first needs one. */
const once = process.argv[2] === 'once'

export const shapeOf = kept(shape)
export const schemaOf = kept(() => z.object(shape()))

function kept(make) {
  const made = []
  return (i) => {
    if (!once) return make()
    made[i] ??= make()
    return made[i]
  }
}

export const annotations = { readOnlyHint: false, destructiveHint: false, openWorldHint: false }

export function nameOf(i) {
  return `crm_tool_${String(i).padStart(2, '0')}`
}

export function descriptionOf(i) {
  return `Adds record number ${i} to the pipeline, and tells the people who follow it. Use it once for each record.`
}

export function run({ title, amount, stage }) {
  return `added ${title}: ${amount} (${stage})`
}

export const uri = 'allv://workspaces/ws/memory/notes%2Fnorth'
export const text = 'The north office pays on the last day. '.repeat(10)

/** Registers everything on an `McpServer` of either SDK line, as their documentation does. */
export function register(server, count, inputSchemaOf) {
  for (let i = 0; i < count; i += 1) {
    server.registerTool(
      nameOf(i),
      { title: `Tool ${i}`, description: descriptionOf(i), inputSchema: inputSchemaOf(i), annotations },
      async (args) => ({ content: [{ type: 'text', text: run(args) }] }),
    )
  }
  server.registerResource('north', uri, { mimeType: 'text/plain' }, async () => ({
    contents: [{ uri, mimeType: 'text/plain', text }],
  }))
}
