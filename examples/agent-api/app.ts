/** An endpoint whose request and response are the product's own, on the same control plane as MCP. */

import {
  type AgentOutcome,
  type AllvMcpOptions,
  type AllvMcpRouter,
  createAllvAgentApi,
  createAllvMcpRouter,
  createControlPlane,
  isAllvError,
} from 'allv-mcp'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { z } from 'zod'
import { answerErrors } from '../host/pages/answer-errors.js'

export interface AssistantOptions extends AllvMcpOptions {
  /** The product's own sign-in: gives the workspace whose assistant presents this token, or `null`. */
  readonly workspaceOf: (token: string) => string | null
}

export interface Assistant {
  readonly app: Express
  readonly mcp: AllvMcpRouter
}

const action = z.object({
  action: z.string(),
  input: z.record(z.string(), z.unknown()).default({}),
  /** The id of the member for whom the assistant works. */
  as: z.string(),
  /** Sent again with the same request, it gets the same answer, and nothing is done twice. */
  requestId: z.string().optional(),
})

/** MCP and the Agent API on one plane: one rate limiter, one policy, one audit log. */
export function createAssistantApp({ workspaceOf, ...options }: AssistantOptions): Assistant {
  const plane = createControlPlane(options)
  const agent = createAllvAgentApi(plane)
  const mcp = createAllvMcpRouter(plane)
  const app = express()
  app.disable('x-powered-by')
  app.use('/api', mcp)

  app.post('/assistant/actions', express.json(), async (req: Request, res: Response) => {
    const workspaceId = workspaceOf(/^Bearer (.+)$/.exec(req.get('authorization') ?? '')?.[1] ?? '')
    if (workspaceId === null) return void res.status(401).json({ problem: 'sign in first' })
    const body = action.safeParse(req.body)
    if (!body.success)
      return void res.status(400).json({ problem: 'send {"action", "input"?, "as", "requestId"?}' })
    const { action: tool, input, as: memberId, requestId } = body.data
    // The product vouches for the member; the audit log names both.
    const member = await agent.asMember({ workspaceId, memberId, via: 'assistant' })
    const outcome = await member.callTool(
      tool,
      input,
      requestId === undefined ? {} : { idempotencyKey: requestId },
    )
    const { status, answer } = inOwnWords(outcome)
    res.status(status).json(answer)
  })
  app.use(answerRefusals, answerErrors)
  return { app, mcp }
}

/** What a gate refused before anything ran. Its message is made for callers, and holds nothing internal. */
function answerRefusals(error: unknown, _req: Request, res: Response, next: NextFunction): void {
  if (isAllvError(error)) res.status(error.status).json({ problem: error.message, code: error.code })
  else next(error)
}

function inOwnWords(outcome: AgentOutcome): { readonly status: number; readonly answer: object } {
  switch (outcome.status) {
    case 'completed': {
      const { structuredContent, content } = outcome.result
      return {
        status: 200,
        answer: { done: true, answer: structuredContent ?? content, again: outcome.replayed },
      }
    }
    case 'pending_approval': {
      const { id, approver, expiresAt } = outcome.approval
      return { status: 202, answer: { done: false, waitingFor: approver, approval: id, until: expiresAt } }
    }
    case 'running':
      return { status: 202, answer: { done: false, waitingFor: 'the same request, which is still running' } }
    default:
      return { status: 422, answer: { done: false, problem: outcome.message, code: outcome.code } }
  }
}
