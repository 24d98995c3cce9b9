/** What `npm run example:oauth` prints besides what the host says. */

export interface SignInGreeted {
  readonly origin: string
  readonly issuer: string
  readonly memberPassword: string
}

export function signInGreeting({ origin, issuer, memberPassword }: SignInGreeted): string {
  return `
People can sign in. Give one of these addresses, without a key, to a client that knows OAuth:

  One workspace    ${origin}/api/workspaces/ws_acme/mcp/oauth
  Any workspace    ${origin}/api/mcp, which asks in which one to work
  Sign in as       maria@acme.test / ${memberPassword}; ada@acme.test is in both workspaces
  Authorization    ${issuer}

From a second terminal: npm run example:oauth:client
`
}
