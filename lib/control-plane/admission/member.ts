/** Step 3: selects the member. The selector only chooses among the members for whom the credential may act; it proves nothing by itself. */

import type { Member, MemberContext, OAuthSubject, Principal } from '../../adapters/principal.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { callerRefusal } from '../request/caller-refusal.js'
import { withAuditReason } from '../request/refusals.js'
import type { Authenticated, Enabled, MemberSelected } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { noMember } from './authenticate-token.js'

/** Finds the member of a request. Throws MEMBER_REQUIRED, MEMBER_AMBIGUOUS or MEMBER_NOT_ALLOWED. */
export async function selectMember(runtime: Runtime, enabled: Enabled): Promise<MemberSelected> {
  const { principal, received } = enabled
  if (principal.subject !== undefined) return memberOfSubject(runtime, enabled, principal.subject)
  const { selector, face } = received
  const refusal = (code: 'MEMBER_REQUIRED' | 'MEMBER_AMBIGUOUS') =>
    callerRefusal(code, { face, brand: runtime.config.brand })
  const memberId = selector.id ?? (selector.email === undefined ? onlyMember(principal) : undefined)
  if (memberId === undefined && selector.email === undefined) throw refusal('MEMBER_REQUIRED')
  if (memberId !== undefined && selector.email === undefined) {
    const member = withExactId(memberId, await findById(runtime, enabled, memberId))
    if (member === null || !mayActFor(principal, member)) throw notAllowed(principal)
    return asMember(enabled, member)
  }
  const byId =
    memberId === undefined ? null : withExactId(memberId, await findById(runtime, enabled, memberId))
  const byEmail = selector.email === undefined ? null : await findByEmail(runtime, enabled, selector.email)
  const found = [
    ...(memberId === undefined ? [] : [byId]),
    ...(selector.email === undefined ? [] : [byEmail]),
  ]
  const allowed = found.filter((member): member is Member => member !== null && mayActFor(principal, member))
  const [member] = allowed
  // Unknown, inactive, foreign and forbidden members get the same answer, also when only one of the two selectors is wrong.
  if (member === undefined || allowed.length !== found.length) throw notAllowed(principal)
  if (allowed.some((other) => other.id !== member.id)) throw refusal('MEMBER_AMBIGUOUS')
  return asMember(enabled, member)
}

/**
 * The member that an access token is for. A member header may only agree: it names a member for clients with several, and a token has one. The
 * refusal says nothing of whether the workspace exists.
 */
async function memberOfSubject(
  runtime: Runtime,
  enabled: Enabled,
  subject: OAuthSubject,
): Promise<MemberSelected> {
  const member = await findBySubject(runtime, enabled, subject)
  const { selector, face } = enabled.received
  const { id, email } = selector
  const agrees =
    (id === undefined || id === member.id) &&
    (email === undefined || email.toLowerCase() === member.email.toLowerCase())
  if (!agrees) throw callerRefusal('MEMBER_AMBIGUOUS', { face, brand: runtime.config.brand })
  return asMember(enabled, member)
}

/** Refuses a person who is no member of the workspace. Before the feature flag is told of, so that no stranger learns of a workspace. */
export async function assertNoStranger(runtime: Runtime, authenticated: Authenticated): Promise<void> {
  const { subject } = authenticated.principal
  if (subject !== undefined) await findBySubject(runtime, authenticated, subject)
}

async function findBySubject(
  runtime: Runtime,
  { principal, received }: Authenticated,
  subject: OAuthSubject,
): Promise<Member> {
  const { workspaceId } = principal
  const { members } = runtime.config.adapters
  const member = await callAdapter(
    runtime,
    received.correlationId,
    async () => (await members.findBySubject?.({ workspaceId, ...subject })) ?? null,
  )
  if (member === null || !mayActFor(principal, member)) throw withAuditReason(noMember(), 'no_member')
  return member
}

/** The refusal in the words of the caller's credential: an app that vouches for a member has no key. */
function notAllowed({ credential: { kind } }: Principal): AllvError {
  if (kind === 'api-key') return new AllvError('MEMBER_NOT_ALLOWED')
  const may = kind === 'host' ? '' : ' for whom this credential may act'
  const message = `the member check refused this request; name an active member of this workspace${may}`
  return new AllvError('MEMBER_NOT_ALLOWED', { message })
}

function onlyMember({ members }: Principal): string | undefined {
  return members !== 'any' && members.length === 1 ? members[0] : undefined
}

function mayActFor(principal: Principal, member: Member): boolean {
  return (
    member.active === true &&
    member.workspaceId === principal.workspaceId &&
    (principal.members === 'any' || principal.members.includes(member.id))
  )
}

function findById(runtime: Runtime, enabled: Enabled, memberId: string): Promise<Member | null> {
  const { workspaceId } = enabled.principal
  return callAdapter(runtime, enabled.received.correlationId, () =>
    runtime.config.adapters.members.findById({ workspaceId, memberId }),
  )
}

/** `null` for another member than the one asked for: a store may match loosely (prefix, case). */
function withExactId(memberId: string, found: Member | null): Member | null {
  return found?.id === memberId ? found : null
}

async function findByEmail(runtime: Runtime, enabled: Enabled, email: string): Promise<Member | null> {
  const { workspaceId } = enabled.principal
  const member = await callAdapter(runtime, enabled.received.correlationId, () =>
    runtime.config.adapters.members.findByEmail({ workspaceId, email }),
  )
  return member?.email.toLowerCase() === email.toLowerCase() ? member : null
}

function asMember({ received, principal, feature }: Enabled, member: Member): MemberSelected {
  const { workspaceId, credential } = principal
  const { face, era, client, trace, correlationId } = received
  const context: MemberContext = Object.freeze({
    workspaceId,
    member,
    credential,
    face,
    era,
    client,
    trace,
    correlationId,
  })
  return { received, principal, feature, context }
}
