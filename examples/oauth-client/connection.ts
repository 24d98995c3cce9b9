/** A connection whose person signs in when the server asks for it: at first, and whenever a call needs a further permission. */

import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client'
import type { SignIn } from './sign-in.js'

export interface Connection {
  readonly client: Client
  /** Runs `call`. If the person has to sign in first, it runs again afterwards. */
  withSignIn<T>(call: () => Promise<T>): Promise<T>
}

/** `showAddress` is called with each address that the server wants the person to open. */
export async function connect(
  endpoint: URL,
  signIn: SignIn,
  showAddress: (url: string) => Promise<void>,
): Promise<Connection> {
  const opened = await open(endpoint, signIn, showAddress).catch(async (error: unknown) => {
    if (!(error instanceof UnauthorizedError)) throw error
    await new StreamableHTTPClientTransport(endpoint, { authProvider: signIn }).finishAuth(
      await signIn.answer(),
    )
    return open(endpoint, signIn, showAddress)
  })
  const { client, transport } = opened
  return {
    client,
    async withSignIn(call) {
      try {
        return await call()
      } catch (error) {
        if (!(error instanceof UnauthorizedError)) throw error
        await transport.finishAuth(await signIn.answer())
        return call()
      }
    },
  }
}

async function open(endpoint: URL, signIn: SignIn, showAddress: (url: string) => Promise<void>) {
  const client = new Client(
    { name: 'oauth-client-example', version: '1.0.0' },
    {
      capabilities: { elicitation: { url: {} } },
      versionNegotiation: { mode: 'auto' },
      // The server asks again each time that nobody has decided yet.
      inputRequired: { maxRounds: 100_000 },
    },
  )
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    if ('url' in params) await showAddress(params.url)
    return { action: 'accept' }
  })
  const transport = new StreamableHTTPClientTransport(endpoint, { authProvider: signIn })
  await client.connect(transport)
  return { client, transport }
}
