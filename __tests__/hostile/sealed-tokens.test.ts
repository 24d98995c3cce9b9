import { hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { EncryptJWT, jwtDecrypt } from 'jose'
import { digestText } from '../../lib/foundation/crypto/digest.js'
import { decryptText, encryptionKey, encryptText } from '../../lib/foundation/crypto/encrypted-text.js'
import { createSealer } from '../../lib/foundation/crypto/sealed-token.js'

/** Tokens are compact JWE: what another library makes of the same key opens, and nothing that differs from a token in one bit. */

const SECRET = '0123456789abcdef0123456789abcdef'
const KEY = new Uint8Array(hkdfSync('sha256', SECRET, '', 'allv-mcp seal v1', 32))
const KID = digestText(Buffer.from(KEY).toString('hex')).slice(0, 8)
const HEADER = { alg: 'dir', enc: 'A256GCM', kid: KID } as const
const STATE = { workspace: 'ws', note: 'Zürich 🙂 \u0000 "quoted"' }
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** As versions that sealed with jose did, and as nodes that still run them do. */
const byJose = (
  header: Readonly<Record<string, unknown>> = {},
  claims: Readonly<Record<string, unknown>> = {},
) =>
  new EncryptJWT({ state: STATE, aud: 'round', exp: inAnHour(), ...claims })
    .setProtectedHeader({ ...HEADER, ...header })
    .encrypt(KEY)

it('opens what jose sealed under the same secret, and jose opens what it sealed', async () => {
  const sealer = createSealer([SECRET])
  expect(await sealer.open('round', await byJose())).toEqual(STATE)
  const token = await sealer.seal('round', STATE, 60)
  const { payload, protectedHeader } = await jwtDecrypt(token, KEY, { audience: 'round' })
  expect(protectedHeader).toEqual(HEADER)
  expect(payload['state']).toEqual(STATE)
})

it('makes tokens that jose opens, of any text', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
      async (state) => {
        const sealer = createSealer([SECRET])
        const token = await sealer.seal('round', state, 60)
        expect((await jwtDecrypt(token, KEY)).payload['state']).toEqual(state)
        expect(await sealer.open('round', token)).toEqual(state)
      },
    ),
    { numRuns: 200 },
  )
})

it('opens no token with another header, even if its text and tag are right', async () => {
  const sealer = createSealer([SECRET])
  const headers = [{ typ: 'JWT' }, { kid: 'another' }, { kid: undefined }, { cty: 'JWT' }]
  for (const header of headers)
    expect([header, await sealer.open('round', await byJose(header))]).toEqual([header, null])
  const [, ...rest] = (await byJose()).split('.')
  for (const header of [
    { alg: 'none' },
    { alg: 'A256KW' },
    { enc: 'A128GCM' },
    { zip: 'DEF' },
    { crit: ['exp'] },
  ])
    expect(await sealer.open('round', [encoded({ ...HEADER, ...header }), ...rest].join('.'))).toBeNull()
})

it.each([
  ['no audience', { aud: undefined }],
  ['a list of audiences', { aud: ['round'] }],
  ['another audience', { aud: 'cursor' }],
  ['no end', { exp: undefined }],
  ['an end in the past', { exp: 1 }],
  ['no state', { state: undefined }],
  ['a state that is no object', { state: 'text' }],
  ['a state of numbers', { state: { a: 1 } }],
])('opens no token with %s', async (_, claims) => {
  const sealer = createSealer([SECRET])
  expect(await sealer.open('round', await byJose({}, claims))).toBeNull()
})

it('opens no token in which one bit of any part differs', async () => {
  const key = encryptionKey(KEY, KID)
  const token = encryptText(key, 'a text of the host')
  expect(decryptText([key], token)).toBe('a text of the host')
  const parts = token.split('.')
  for (const [i, part] of parts.entries()) {
    const bytes = Buffer.from(part, 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const forged = parts.with(i, changed.toString('base64url')).join('.')
      expect([i, bit, decryptText([key], forged)]).toEqual([i, bit, null])
    }
  }
})

it('opens no shorter tag, no other nonce and no other writing of a token', () => {
  const key = encryptionKey(KEY, KID)
  const token = encryptText(key, 'a text of the host')
  const [header = '', none = '', nonce = '', text = '', tag = ''] = token.split('.')
  const tagBytes = Buffer.from(tag, 'base64url')
  const forged = [
    // Node.js opens tags of 4, 8 and 12 to 15 bytes too, unless it is told the length.
    ...[0, 1, 4, 8, 12, 13, 14, 15].map((length) =>
      [header, none, nonce, text, tagBytes.subarray(0, length).toString('base64url')].join('.'),
    ),
    [header, none, nonce, text, Buffer.concat([tagBytes, tagBytes]).toString('base64url')].join('.'),
    [header, none, '', text, tag].join('.'),
    [header, none, nonce.slice(4), text, tag].join('.'),
    [header, none, nonce, '', tag].join('.'),
    [header, nonce, nonce, text, tag].join('.'),
    [header, none, nonce, text].join('.'),
    `${token}.`,
    `${token}.${tag}`,
    `${token}=`,
    `${token} `,
    `${token}\n`,
    [header, none, nonce, `${text.slice(0, 2)} ${text.slice(2)}`, tag].join('.'),
    [header, none, nonce, `${text.slice(0, 2)}*${text.slice(2)}`, tag].join('.'),
    token.replaceAll('-', '+').replaceAll('_', '/'),
    '',
    '.',
    '....',
    header,
  ].filter((one) => one !== token)
  for (const one of forged) expect([one, decryptText([key], one)]).toEqual([one, null])
})

it('opens nothing under another key, and each token under its own of several keys', () => {
  const [first, second] = [KEY, KEY.map((byte) => byte ^ 1)].map((key, i) =>
    encryptionKey(key, `key${i}`),
  ) as [ReturnType<typeof encryptionKey>, ReturnType<typeof encryptionKey>]
  const token = encryptText(second, 'text')
  expect(decryptText([first], token)).toBeNull()
  expect(decryptText([{ ...first, header: second.header }], token)).toBeNull()
  expect(decryptText([first, second], token)).toBe('text')
})

it('never uses a nonce twice', () => {
  const key = encryptionKey(KEY, KID)
  const nonces = Array.from({ length: 10_000 }, () => encryptText(key, '').split('.')[2])
  expect(new Set(nonces).size).toBe(10_000)
})
