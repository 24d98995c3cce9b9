/** A model of which requests with a token are accepted, written from the specifications and independent of the library. */

/** One request: a token, and where it is presented. Times are in seconds from one fixed time. */
export interface Request {
  readonly signedBy: string
  readonly issuer: string
  readonly typ: string
  readonly audience: string | readonly string[] | null
  readonly subject: string | null
  readonly clientId: string | null
  readonly scopes: readonly string[]
  readonly issuedAt: number | null
  readonly endsAt: number | null
  readonly notBefore: number | null
  readonly workspaceId: string
  /** When it is presented. */
  readonly now: number
}

/** What the host decided. */
export interface Policy {
  /** The issuers of each workspace. An unknown one has the first. */
  readonly trusted: Readonly<Record<string, readonly string[]>>
  /** Who is which member; `null`: a member who is not active. */
  readonly links: readonly {
    readonly workspaceId: string
    readonly issuer: string
    readonly subject: string
    readonly memberId: string | null
  }[]
  readonly resourceOf: (workspaceId: string) => string
}

export const SKEW_SECONDS = 30
const MOST_AGE_SECONDS = 86_400

/** The member and what becomes of a call for which `crm.read` is needed, or the code of the refusal. */
export function accepts(policy: Policy, request: Request): string {
  if (!isGood(policy, request)) return 'UNAUTHENTICATED'
  const { workspaceId, issuer, subject } = request
  const link = policy.links.find(
    (one) => one.workspaceId === workspaceId && one.issuer === issuer && one.subject === subject,
  )
  if (link === undefined || link.memberId === null) return 'MEMBER_NOT_ALLOWED'
  const mayRead = request.scopes.some((scope) => scope === 'crm.read' || scope === 'crm.write')
  return `${link.memberId} ${mayRead ? 'completed' : 'INSUFFICIENT_SCOPE'}`
}

function isGood(policy: Policy, request: Request): boolean {
  const { workspaceId, issuer, signedBy, typ, audience, subject, clientId } = request
  const trusted = policy.trusted[workspaceId] ?? [Object.values(policy.trusted).flat()[0]]
  const audiences = [audience].flat()
  return (
    trusted.includes(issuer) &&
    signedBy === issuer &&
    /^(application\/)?at\+jwt$/.test(typ) &&
    audiences.includes(policy.resourceOf(workspaceId)) &&
    subject !== null &&
    clientId !== null &&
    subject !== clientId &&
    isInTime(request)
  )
}

function isInTime({ issuedAt, endsAt, notBefore, now }: Request): boolean {
  if (issuedAt === null || endsAt === null) return false
  return (
    endsAt > now - SKEW_SECONDS &&
    issuedAt <= now + SKEW_SECONDS &&
    issuedAt >= now - MOST_AGE_SECONDS - SKEW_SECONDS &&
    (notBefore === null || notBefore <= now + SKEW_SECONDS)
  )
}
