/** The client's side of OAuth, for the official SDK: keeps the registration and the tokens, and sends the person to the sign-in. */

import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  OAuthTokens,
} from '@modelcontextprotocol/client'

export interface SignIn extends OAuthClientProvider {
  /** What the browser came back with, after the SDK has sent it away. */
  answer(): Promise<URLSearchParams>
  /** Makes the next call find that its token has ended, as it is after some minutes. */
  expire(): void
  /** How many times tokens were given. */
  readonly received: readonly OAuthTokens[]
}

export interface SignInOptions {
  readonly redirectUri: string
  /** Sends the person to the address, and gives the query with which they come back. */
  readonly goTo: (address: URL, state: string) => Promise<URLSearchParams>
}

/** Everything is kept in memory. A program that people use daily keeps the registration and the tokens where it keeps other secrets. */
export function createSignIn({ redirectUri, goTo }: SignInOptions): SignIn {
  const kept: {
    client?: OAuthClientInformationMixed
    tokens?: OAuthTokens
    verifier?: string
    discovered?: OAuthDiscoveryState
    answer?: Promise<URLSearchParams>
  } = {}
  const received: OAuthTokens[] = []
  const clientMetadata: OAuthClientMetadata = {
    client_name: 'OAuth example',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  }
  return {
    redirectUrl: redirectUri,
    clientMetadata,
    received,
    state: () => crypto.randomUUID(),
    clientInformation: () => kept.client,
    saveClientInformation(client) {
      kept.client = client
    },
    tokens: () => kept.tokens,
    saveTokens(tokens) {
      received.push(tokens)
      kept.tokens = tokens
    },
    redirectToAuthorization(address) {
      kept.answer = goTo(address, address.searchParams.get('state') ?? '')
    },
    saveCodeVerifier(verifier) {
      kept.verifier = verifier
    },
    codeVerifier: () => kept.verifier ?? '',
    // So that the code goes to the server that the person was sent to, and to no other one.
    saveDiscoveryState(discovered) {
      kept.discovered = discovered
    },
    discoveryState: () => kept.discovered,
    /** The server knows the tokens or the client no more: the person signs in anew. */
    invalidateCredentials(scope) {
      if (scope === 'all' || scope === 'tokens') delete kept.tokens
      if (scope === 'all' || scope === 'client') delete kept.client
      if (scope === 'all' || scope === 'verifier') delete kept.verifier
      if (scope === 'all' || scope === 'discovery') delete kept.discovered
    },
    answer() {
      if (kept.answer === undefined) throw new Error('nobody was sent to the sign-in')
      return kept.answer
    },
    expire() {
      if (kept.tokens !== undefined) kept.tokens = { ...kept.tokens, access_token: 'a.token.that-has-ended' }
    },
  }
}
