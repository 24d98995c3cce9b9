/** Reads the credential of a request to an endpoint that takes access tokens. */

import type { Presented } from '../../control-plane/request/stages.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Resource } from '../../oauth/resource.js'
import { isJwtText } from '../../oauth/tokens/jwt-header.js'
import { type Head, identityValue, readCredential } from './headers.js'

/** The schemes are case-insensitive (RFC 9110, section 11.1). */
const TOKEN = /^(bearer|dpop) +([^ ]+)$/i

/** How the library's keys begin. One with a typing error is no token either: it must not be sent to an authorization server. */
const KEY = /^sk_(live|test)_/

/**
 * The access token or the key of a request. A Bearer value is a token if it has the form of a JWT, a key if it begins as the library's keys do, and
 * otherwise a token where opaque ones are taken. Keys of another form belong into `x-api-key` there.
 */
export function readTokenCredential(head: Head, { takesOpaque, resource }: TokenPlace): Presented {
  const { headers } = head
  const authorization = identityValue(headers.authorization)
  const [, scheme = '', value = ''] = authorization === undefined ? [] : (TOKEN.exec(authorization) ?? [])
  const isProof = scheme.toLowerCase() === 'dpop'
  const isToken = value !== '' && !KEY.test(value) && (isProof || takesOpaque || isJwtText(value))
  if (!isToken) return readCredential(head)
  if (identityValue(headers['x-api-key']) !== undefined) throw new AllvError('CREDENTIALS_AMBIGUOUS')
  return {
    kind: 'access-token',
    token: {
      reveal: () => value,
      scheme: isProof ? 'dpop' : 'bearer',
      request: { proof: proofIn(headers['dpop']), method: head.method, url: resource.resource },
    },
  }
}

/** What decides how a credential is read. */
export interface TokenPlace {
  /** Whether tokens that are no JWTs are taken. */
  readonly takesOpaque: boolean
  readonly resource: Resource
}

/** Node joins repeated headers with a comma. RFC 9449, section 4.3: there must be exactly one. */
function proofIn(value: string | string[] | undefined): string | null {
  return typeof value === 'string' && value !== '' && !value.includes(',') ? value : null
}
