/** From one proof to the next, member by member, at a tenth of the cost of a spread. The compiler sees to it that none is left out. */

import type {
  Admitted,
  Approved,
  Authenticated,
  Authorized,
  Begun,
  Enabled,
  MemberSelected,
  Received,
  Resumed,
  Validated,
} from './stages.js'

type Added<To, From> = Omit<To, keyof From>

export function toAuthenticated(from: Received, added: Added<Authenticated, Received>): Authenticated {
  return {
    correlationId: from.correlationId,
    face: from.face,
    era: from.era,
    claimedWorkspaceId: from.claimedWorkspaceId,
    presented: from.presented,
    selector: from.selector,
    client: from.client,
    trace: from.trace,
    closing: from.closing,
    background: from.background,
    principal: added.principal,
  }
}

export function toGated(from: Authenticated): Enabled {
  return {
    correlationId: from.correlationId,
    face: from.face,
    era: from.era,
    claimedWorkspaceId: from.claimedWorkspaceId,
    presented: from.presented,
    selector: from.selector,
    client: from.client,
    trace: from.trace,
    closing: from.closing,
    background: from.background,
    principal: from.principal,
    gate: 'open',
  }
}

export function toMemberSelected(from: Enabled, added: Added<MemberSelected, Enabled>): MemberSelected {
  return {
    correlationId: from.correlationId,
    face: from.face,
    era: from.era,
    claimedWorkspaceId: from.claimedWorkspaceId,
    presented: from.presented,
    selector: from.selector,
    client: from.client,
    trace: from.trace,
    closing: from.closing,
    background: from.background,
    principal: from.principal,
    gate: from.gate,
    member: added.member,
    context: added.context,
  }
}

export function toAdmitted(from: MemberSelected): Admitted {
  return {
    correlationId: from.correlationId,
    face: from.face,
    era: from.era,
    claimedWorkspaceId: from.claimedWorkspaceId,
    presented: from.presented,
    selector: from.selector,
    client: from.client,
    trace: from.trace,
    closing: from.closing,
    background: from.background,
    principal: from.principal,
    gate: from.gate,
    member: from.member,
    context: from.context,
    limit: 'kept',
  }
}

export function toAuthorized(from: Admitted, added: Added<Authorized, Admitted>): Authorized {
  return {
    correlationId: from.correlationId,
    face: from.face,
    era: from.era,
    claimedWorkspaceId: from.claimedWorkspaceId,
    presented: from.presented,
    selector: from.selector,
    client: from.client,
    trace: from.trace,
    closing: from.closing,
    background: from.background,
    principal: from.principal,
    gate: from.gate,
    member: from.member,
    context: from.context,
    limit: from.limit,
    input: added.input,
    tool: added.tool,
    builtIn: added.builtIn,
  }
}

export function toValidated(from: Authorized, added: Added<Validated, Authorized>): Validated {
  return {
    correlationId: from.correlationId,
    face: from.face,
    era: from.era,
    claimedWorkspaceId: from.claimedWorkspaceId,
    presented: from.presented,
    selector: from.selector,
    client: from.client,
    trace: from.trace,
    closing: from.closing,
    background: from.background,
    principal: from.principal,
    gate: from.gate,
    member: from.member,
    context: from.context,
    limit: from.limit,
    input: from.input,
    tool: from.tool,
    builtIn: from.builtIn,
    arguments: added.arguments,
    argumentsDigest: added.argumentsDigest,
    bound: added.bound,
  }
}

export function toResumed(from: Validated, added: Added<Resumed, Validated>): Resumed {
  return {
    correlationId: from.correlationId,
    face: from.face,
    era: from.era,
    claimedWorkspaceId: from.claimedWorkspaceId,
    presented: from.presented,
    selector: from.selector,
    client: from.client,
    trace: from.trace,
    closing: from.closing,
    background: from.background,
    principal: from.principal,
    gate: from.gate,
    member: from.member,
    context: from.context,
    limit: from.limit,
    input: from.input,
    tool: from.tool,
    builtIn: from.builtIn,
    arguments: from.arguments,
    argumentsDigest: from.argumentsDigest,
    bound: from.bound,
    round: added.round,
  }
}

export function toBegun(from: Resumed, added: Added<Begun, Resumed>): Begun {
  return {
    correlationId: from.correlationId,
    face: from.face,
    era: from.era,
    claimedWorkspaceId: from.claimedWorkspaceId,
    presented: from.presented,
    selector: from.selector,
    client: from.client,
    trace: from.trace,
    closing: from.closing,
    background: from.background,
    principal: from.principal,
    gate: from.gate,
    member: from.member,
    context: from.context,
    limit: from.limit,
    input: from.input,
    tool: from.tool,
    builtIn: from.builtIn,
    arguments: from.arguments,
    argumentsDigest: from.argumentsDigest,
    bound: from.bound,
    round: from.round,
    runId: added.runId,
    startedAt: added.startedAt,
    resumes: added.resumes,
  }
}

export function toApproved(from: Begun, added: Added<Approved, Begun>): Approved {
  return {
    correlationId: from.correlationId,
    face: from.face,
    era: from.era,
    claimedWorkspaceId: from.claimedWorkspaceId,
    presented: from.presented,
    selector: from.selector,
    client: from.client,
    trace: from.trace,
    closing: from.closing,
    background: from.background,
    principal: from.principal,
    gate: from.gate,
    member: from.member,
    context: from.context,
    limit: from.limit,
    input: from.input,
    tool: from.tool,
    builtIn: from.builtIn,
    arguments: from.arguments,
    argumentsDigest: from.argumentsDigest,
    bound: from.bound,
    round: from.round,
    runId: from.runId,
    startedAt: from.startedAt,
    resumes: from.resumes,
    approvalId: added.approvalId,
    consumedBy: added.consumedBy,
    answered: added.answered,
    recheck: added.recheck,
  }
}
