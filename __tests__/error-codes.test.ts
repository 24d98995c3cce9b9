import {
  type AgentOutcome,
  type AllvError,
  type AuditEvent,
  createAllvAgentApi,
  type ErrorCode,
  type FailureReport,
  type Run,
  type RunEnd,
  type RunOutcome,
} from 'allv-mcp'
import { ERRORS } from '../lib/foundation/errors/catalogue.js'
import { post, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'
import { createWorld } from './support/world.js'

/** Error codes are one closed set everywhere. */

const start = scenes()
const AS = { workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' }

type Unsuccessful = Extract<AgentOutcome, { readonly code: unknown }>

/** As a host writes it: without a default, so that a new code does not compile until it is thought of. */
function wireOf({ code }: Pick<Unsuccessful, 'code'>): 'http' | 'rpc' | 'tool' {
  switch (code) {
    case 'ORIGIN_NOT_ALLOWED':
    case 'ROUTE_NOT_FOUND':
    case 'METHOD_NOT_ALLOWED':
    case 'UNAUTHENTICATED':
    case 'CREDENTIALS_AMBIGUOUS':
    case 'MEMBER_AMBIGUOUS':
    case 'MEMBER_REQUIRED':
    case 'MEMBER_NOT_ALLOWED':
    case 'INSUFFICIENT_SCOPE':
    case 'FEATURE_DISABLED':
    case 'RATE_LIMITED':
    case 'SHUTTING_DOWN':
    case 'UNAVAILABLE':
    case 'RUN_LOG_UNAVAILABLE':
    case 'NOT_ACCEPTABLE':
    case 'UNSUPPORTED_MEDIA_TYPE':
    case 'BODY_TOO_LARGE':
    case 'REQUEST_TIMEOUT':
    case 'PARSE_ERROR':
    case 'INVALID_REQUEST':
    case 'ID_TOO_LONG':
    case 'PROGRESS_TOKEN_TOO_LONG':
    case 'UNSUPPORTED_PROTOCOL_VERSION':
    case 'SESSION_NOT_FOUND':
    case 'HEADER_MISMATCH':
    case 'UNKNOWN_PROTOCOL_VERSION':
    case 'ENVELOPE_INCOMPLETE':
      return 'http'
    case 'PROMPT_NOT_FOUND':
    case 'TOO_MANY_STREAMS':
    case 'ANSWERS_TOO_LARGE':
    case 'REQUEST_STATE_INVALID':
    case 'TASK_NOT_FOUND':
    case 'URL_ELICITATION_REQUIRED':
    case 'METHOD_NOT_FOUND':
    case 'INVALID_PARAMS':
    case 'INVALID_CURSOR':
    case 'TOOL_NOT_FOUND':
    case 'MEMORY_NOT_FOUND':
    case 'RESOURCE_NOT_FOUND':
    case 'INTERNAL':
    case 'ANSWER_TOO_LARGE':
      return 'rpc'
    case 'CLIENT_CAPABILITY_REQUIRED':
    case 'INPUT_NOT_GIVEN':
    case 'INVALID_ARGUMENTS':
    case 'IDEMPOTENCY_CONFLICT':
    case 'IDEMPOTENCY_UNSUPPORTED':
    case 'APPROVAL_PENDING':
    case 'TOO_MANY_PENDING_APPROVALS':
    case 'APPROVAL_DENIED':
    case 'APPROVAL_EXPIRED':
    case 'OUTCOME_UNKNOWN':
    case 'RUN_IN_PROGRESS':
    case 'TOOL_FAILED':
    case 'TOOL_OUTPUT_TOO_LARGE':
    case 'TOOL_TIMED_OUT':
    case 'CANCELLED':
      return 'tool'
    default:
      code satisfies never
      throw new TypeError('a code that there is not')
  }
}

it('lets a host write a switch over every code', () => {
  for (const [code, { wire }] of Object.entries(ERRORS))
    expect([code, wireOf({ code: code as ErrorCode })]).toEqual([code, wire])
})

it('names the same codes everywhere', () => {
  // @ts-expect-error -- a code that there is not
  const wrong: ErrorCode = 'CODE_OF_TOMORROW'
  const same = <T extends ErrorCode | null | undefined>(code: T): T => code
  const all = (
    run: Run,
    end: RunEnd,
    outcome: RunOutcome,
    report: FailureReport,
    event: AuditEvent,
    error: AllvError,
  ) => [run.errorCode, end.errorCode, outcome.errorCode, report.code, event.code, error.code].map(same)
  expect([all.length, typeof wrong]).toEqual([6, 'string'])
})

/** A store that other versions of the library have written to. */
const tomorrow = <T extends { readonly outcome: RunOutcome | null }>(kept: T): T =>
  kept.outcome === null
    ? kept
    : { ...kept, outcome: { ...kept.outcome, errorCode: 'CODE_OF_TOMORROW' as never } }

it('reads an unknown code of a run as INTERNAL', async () => {
  const world = createWorld({
    adapt: ({ runs }) => ({
      runs: {
        ...runs,
        async begin(run) {
          const begun = await runs.begin(run)
          return begun.started ? begun : { ...begun, run: tomorrow(begun.run) }
        },
      },
    }),
  })
  const { running } = await start(world)
  const agent = await createAllvAgentApi(world.options).asMember(AS)
  const call = () => agent.callTool('fails', {}, { idempotencyKey: 'k1' })
  expect(await call()).toMatchObject({ status: 'failed', code: 'TOOL_FAILED' })
  const { message } = world.adapters.runs.all()[0]?.outcome ?? {}
  expect(await call()).toMatchObject({ status: 'failed', code: 'INTERNAL', message, replayed: true })
  const repeat = { headers: { 'idempotency-key': 'k1' }, body: toolCall('fails') }
  expect((await post(running, repeat)).json.result._meta['ai.allv/code']).toBe('INTERNAL')
})

it('reads an unknown code of an approval as INTERNAL', async () => {
  let older = false
  const { world, running } = await start({
    approvalHoldMs: 0,
    adapt: ({ approvals }) => ({
      approvals: {
        ...approvals,
        async request(request) {
          const given = await approvals.request(request)
          return older && 'outcome' in given ? tomorrow(given) : given
        },
        async get(query) {
          const found = await approvals.get(query)
          return found && older ? tomorrow(found) : found
        },
      },
    }),
  })
  const call = { body: toolCall('deals.delete', { dealId: 'd1' }) }
  await post(running, call)
  const id = world.adapters.approvals.list()[0]?.id ?? ''
  await world.adapters.approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
  await post(running, call)
  older = true
  expect((await post(running, call)).json.result._meta['ai.allv/code']).toBe('INTERNAL')
  const agent = await createAllvAgentApi(world.options).asMember(AS)
  expect((await agent.getApproval(id))?.outcome?.errorCode).toBe('INTERNAL')
})
