import { decideNewest } from '../support/decisions.js'
import { modern } from '../support/http.js'
import { textUntil } from '../support/text-until.js'
import { type OAuthWorld, startOAuthWorld } from './world.js'

/** Several streams of one person that follow the same task, each with a token of its own. */

const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
const revoked = new Set<string>()
let host: OAuthWorld
beforeAll(async () => {
  host = await startOAuthWorld({ isRevoked: ({ tokenId }) => tokenId !== null && revoked.has(tokenId) })
})
afterAll(() => host.close())

async function send(token: string, { headers, body }: ReturnType<typeof modern>): Promise<Response> {
  return fetch(host.endpoint(), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify(body),
  })
}

it.each(['first', 'second'])('ends only the stream whose token was revoked: the %s', async (which) => {
  const tokens = {
    first: await host.tokenFor({ jti: `${which}: first` }),
    second: await host.tokenFor({ jti: `${which}: second` }),
  }
  const call = modern('tools/call', { name: 'deals.delete', arguments: { dealId: which } }, TASKS)
  const { taskId } = JSON.parse(await (await send(tokens.first, call)).text()).result
  const listen = modern('subscriptions/listen', { notifications: { taskIds: [taskId] } }, TASKS)
  const follow = async (token: string) => {
    const stream = (await send(token, listen)).body?.pipeThrough(new TextDecoderStream()).getReader()
    await textUntil(stream, '"status":"working"')
    return stream
  }
  const streams = { first: await follow(tokens.first), second: await follow(tokens.second) }
  const [ended, kept] = which === 'first' ? [streams.first, streams.second] : [streams.second, streams.first]
  revoked.add(`${which}: ${which}`)
  await decideNewest(host.world)
  expect(await textUntil(kept, `deleted ${which}`)).toContain('"status":"completed"')
  expect(await textUntil(ended, '"resultType":"complete"')).not.toContain(`deleted ${which}`)
  await kept?.cancel()
})
