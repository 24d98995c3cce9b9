import { EventEmitter } from 'node:events'
import { createIsRevoked, rememberRevocations } from '../../../examples/authorization-server/revocations.js'

/** The example's memory of revoked tokens. */

/** Records that end after some seconds, by a clock of their own. */
function recordsUntil(clock: { seconds: number }) {
  const kept = new Map<string, { readonly payload: object; readonly end: number }>()
  return (kind: string) => ({
    async upsert(id: string, payload: object, seconds: number) {
      kept.set(`${kind} ${id}`, { payload, end: clock.seconds + seconds })
    },
    async find(id: string) {
      const found = kept.get(`${kind} ${id}`)
      return found !== undefined && found.end > clock.seconds ? found.payload : undefined
    },
  })
}

it.each([0, 599, 601, 629, 899])('knows a revoked token %d seconds after it was issued', async (later) => {
  const clock = { seconds: 0 }
  const [provider, records] = [new EventEmitter(), recordsUntil(clock)]
  rememberRevocations(provider as never, records as never, 600)
  provider.emit('access_token.issued', { jti: 'one', grantId: 'grant_1' })
  provider.emit('access_token.issued', { jti: 'two', grantId: 'grant_2' })
  provider.emit('grant.revoked', {}, 'grant_1')
  clock.seconds = later
  const isRevoked = createIsRevoked(records as never)
  expect([await isRevoked({ tokenId: 'one' }), await isRevoked({ tokenId: 'two' })]).toEqual([true, false])
})
