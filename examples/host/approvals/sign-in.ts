/** Signs people in with HTTP Basic, which browsers and scripts both know. A real app has its sessions here. */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { PostgresAdapters } from 'allv-mcp/postgres'
import type { NextFunction, Request, Response } from 'express'
import { WORKSPACES } from '../seed.js'
import { OPERATOR, type Viewer } from './viewer.js'

export interface Passwords {
  readonly operatorPassword: string
  /** One for all members, under their own email addresses: enough for a demo. */
  readonly memberPassword: string
}

/** What a request carries once somebody has signed in. */
export type SignedIn = { readonly viewer: Viewer }

type Members = Pick<PostgresAdapters, 'members'>

export function createSignIn(adapters: Members, passwords: Passwords) {
  return async function signIn(req: Request, res: Response, next: NextFunction): Promise<void> {
    const viewer = await whoIs(adapters, passwords, req.get('authorization') ?? '')
    if (viewer === null) {
      const error = `sign in as the ${OPERATOR}, or as a member with your email address`
      res.status(401).set('WWW-Authenticate', 'Basic realm="approvals"').json({ error })
      return
    }
    Object.assign(res.locals, { viewer } satisfies SignedIn)
    next()
  }
}

async function whoIs(
  adapters: Members,
  { operatorPassword, memberPassword }: Passwords,
  authorization: string,
): Promise<Viewer | null> {
  const [scheme, credentials = ''] = authorization.split(' ')
  const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(credentials, 'base64').toString()) ?? []
  if (scheme?.toLowerCase() !== 'basic' || name === undefined || password === undefined) return null
  if (name === OPERATOR) return isSame(password, operatorPassword) ? { kind: 'operator', name } : null
  return isSame(password, memberPassword) ? memberOf(adapters, name) : null
}

async function memberOf({ members }: Members, email: string): Promise<Viewer | null> {
  const found = await Promise.all(WORKSPACES.map(({ id }) => members.findByEmail({ workspaceId: id, email })))
  const active = found.filter((member) => member !== null).filter((member) => member.active)
  const [first] = active
  return first === undefined ? null : { kind: 'member', name: first.email, members: active }
}

/** Takes the same time whatever was given: digests are of equal lengths. */
export function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
