/** The smallest adapters that keep their promise, for the contracts that have none in `allv-mcp/testing`. */

import {
  createToolProvider,
  defineTool,
  type MemberContext,
  type PromptsAdapter,
  type ResourcesAdapter,
  type ToolProvider,
} from 'allv-mcp'
import { z } from 'zod'

function contextOf(memberId: string): MemberContext {
  return {
    workspaceId: 'ws_acme',
    member: { id: memberId, workspaceId: 'ws_acme', email: `${memberId}@acme.test`, active: true },
    credential: { id: 'key_acme', kind: 'api-key', scopes: [] },
    face: 'agent',
    era: null,
    client: null,
    trace: null,
    correlationId: 'req_1',
  }
}

export const ADA = contextOf('mem_ada')
export const MARIA = contextOf('mem_maria')
const isAda = ({ member }: MemberContext) => member.id === 'mem_ada'

export function smallTools(): ToolProvider {
  const base = { description: 'A tool.', input: z.object({ text: z.string().default('') }) }
  return createToolProvider([
    defineTool({ ...base, name: 'echo', run: ({ text }) => text }),
    defineTool({ ...base, name: 'secret', visible: isAda, run: () => 'secret' }),
  ])
}

export function smallPrompts(): PromptsAdapter {
  return {
    list: async (context) => [{ name: 'weekly' }, ...(isAda(context) ? [{ name: 'secret' }] : [])],
    get: async (_, { name, arguments: { topic = '' } }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: `${name} ${topic}` } }],
    }),
    complete: async () => ({ values: ['deals', 'contacts'] }),
  }
}

export function smallResources(): ResourcesAdapter {
  const all = [{ uri: 'crm://deals/1', name: 'a deal' }]
  const hidden = { uri: 'crm://deals/2', name: 'a secret deal' }
  const list = async (context: MemberContext) => (isAda(context) ? [...all, hidden] : all)
  return {
    list,
    async read(context, { uri }) {
      return (await list(context)).some((one) => one.uri === uri) ? [{ uri, text: 'contents' }] : null
    },
    templates: async () => [{ uriTemplate: 'crm://deals/{id}', name: 'deals' }],
  }
}
