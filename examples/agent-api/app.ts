/** An endpoint whose request and response are the product's own, on the same control plane as MCP. */

import {
  type AgentOutcome,
  type AllvAgentApi,
  type AllvMcpOptions,
  createAllvAgentApi,
  createAllvMcpRouter,
  createControlPlane,
  isAllvError,
} from 'allv-mcp'
import express, { type Express, type Request, type Response } from 'express'
import { z } from 'zod'

const action = z.object({
  do: z.string(),
  with: z.record(z.string(), z.unknown()).default({}),
  requestId: z.string().optional(),
})

/** One plane, two faces: one limiter, one set of rules, one audit trail. */
export function createAssistantApp(options: AllvMcpOptions): Express {
  const plane = createControlPlane(options)
  const agent = createAllvAgentApi(plane)
  const app = express()
  app.use('/api', createAllvMcpRouter(plane))
  app.post('/assistant/:workspace/:member/actions', express.json(), (req, res) => void act(agent, req, res))
  return app
}

/** The product has signed this member in already, so the host vouches for them; the audit trail says so. */
async function act(agent: AllvAgentApi, req: Request, res: Response): Promise<void> {
  const body = action.safeParse(req.body)
  if (!body.success)
    return void res.status(400).json({ problem: 'say what to do: {"do": "deals.search", "with": {…}}' })
  const { do: tool, with: args, requestId } = body.data
  try {
    const member = await agent.asMember({
      workspaceId: String(req.params['workspace']),
      memberId: String(req.params['member']),
      via: 'assistant',
    })
    const outcome = await member.callTool(
      tool,
      args,
      requestId === undefined ? {} : { idempotencyKey: requestId },
    )
    res.status(outcome.status === 'pending_approval' ? 202 : 200).json(say(outcome))
  } catch (error) {
    if (isAllvError(error)) res.status(error.status).json({ problem: error.message, code: error.code })
    else res.status(500).json({ problem: 'something went wrong' })
  }
}

function say(outcome: AgentOutcome): object {
  switch (outcome.status) {
    case 'completed':
      return {
        done: true,
        answer: outcome.result.structuredContent ?? outcome.result.content,
        again: outcome.replayed,
      }
    case 'pending_approval':
      return { done: false, waitingFor: outcome.approval.approver, until: outcome.approval.expiresAt }
    case 'running':
      return { done: false, waitingFor: 'itself' }
    default:
      return { done: false, problem: outcome.message, code: outcome.code }
  }
}
