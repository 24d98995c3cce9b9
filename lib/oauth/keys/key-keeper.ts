/** Keeps the public keys of one authorization server. */

import { isRecord } from '../../foundation/json/guards.js'
import { type FetchLike, fetchJson } from './fetch-json.js'
import { fetchIssuerMetadata, type IssuerMetadata } from './issuer-metadata.js'
import { type KeepingTimes, KeptDocument } from './kept-document.js'
import { OAuthOutage } from './outage.js'

/**
 * The keys of an authorization server, as jose looks them up. The type is written out, because the types of jose are those of an ES module, which
 * the types of this package for CommonJS cannot import.
 */
export type KeySet = (
  header?: { readonly alg?: string; readonly kid?: string },
  token?: { readonly payload: string | Uint8Array; readonly signature: string },
) => ReturnType<typeof crypto.subtle.importKey>

/** The keys and the metadata of one authorization server. Every method rejects with an OAuthOutage if they cannot be had. */
export interface KeyKeeper {
  /** The present keys. */
  current(): Promise<KeySet>
  /** The keys for a token whose key is not among the present ones. Causes at most one fetch in the cooldown, whatever tokens come. */
  newer(): Promise<KeySet>
  /** The metadata, fetched when first needed. */
  metadata(): Promise<IssuerMetadata>
}

/** Of what keys are kept, and how. */
export interface KeeperOptions {
  /** The issuer identifier. */
  readonly issuer: string
  /** Where the keys are. `null`: the metadata says it. */
  readonly jwksUri: string | null
  /** Fetches documents. */
  readonly fetch: FetchLike
  /** When documents are fetched again. */
  readonly times: KeepingTimes
  /** Called when the set of keys has changed: what was verified with the former set must be verified again. */
  readonly changed: () => void
}

interface FetchedKeys {
  readonly keys: KeySet
  /** The set as text, to see a change. */
  readonly text: string
}

/** Makes the keeper. It fetches nothing yet. */
export function createKeyKeeper({ issuer, jwksUri, fetch, times, changed }: KeeperOptions): KeyKeeper {
  const metadata = new KeptDocument({ load: () => fetchIssuerMetadata(fetch, issuer) }, times)
  const keys = new KeptDocument<FetchedKeys>(
    {
      load: async () => fetchKeys(fetch, jwksUri ?? (await metadata.current()).jwksUri),
      changed: (after, before) => {
        if (after.text !== before.text) changed()
      },
    },
    times,
  )
  return {
    current: async () => (await keys.current()).keys,
    newer: async () => (await keys.newer()).keys,
    metadata: () => metadata.current(),
  }
}

async function fetchKeys(fetchLike: FetchLike, url: string): Promise<FetchedKeys> {
  const { createLocalJWKSet: withKeys } = await import('jose')
  const { status, body } = await fetchJson(fetchLike, url)
  if (status !== 200) throw new OAuthOutage(`${url} answered with status ${status}`)
  if (!isRecord(body) || !Array.isArray(body['keys']) || !body['keys'].every(isRecord))
    throw new OAuthOutage(`${url} is not a JSON Web Key Set`)
  return { keys: withKeys({ keys: body['keys'] }), text: JSON.stringify(body['keys']) }
}
