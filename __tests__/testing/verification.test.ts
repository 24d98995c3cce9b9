import { defineVerification } from 'allv-mcp/testing'

/** A module learns of its mistakes when it is loaded. */

const create = async () => ({})
const start = async () => ({})

const mistakes: readonly (readonly [string, unknown, string])[] = [
  ['nothing', undefined, 'the verification must be an object { adapters?, host?, close? }'],
  ['a list', [], 'the verification must be an object { adapters?, host?, close? }'],
  [
    'a promise of adapters',
    { adapter: {} },
    'the verification has no "adapter"; write one of adapters, host',
  ],
  ['an unknown adapter', { adapters: { keys: { create } } }, 'adapters has no "keys"; write one of apiKeys'],
  ['an adapter itself', { adapters: { runs: { begin: create } } }, 'adapters.runs has no "begin"'],
  ['an adapter without create', { adapters: { runs: {} } }, 'adapters.runs.create must be a function'],
  ['a harness that is made already', { adapters: { runs: { create: {} } } }, 'adapters.runs.create must be'],
  [
    'an unknown member of host',
    { host: { start, durable: true } },
    'host has no "durable"; write one of start, lacks',
  ],
  ['a host that is a function', { host: start }, 'host must be an object { start?, lacks? }'],
  ['a host without start', { host: {} }, 'host.start must be a function: async (probe) =>'],
  [
    'an unknown part of the host',
    { host: { start, lacks: ['crash'] } },
    'host.lacks has no "crash"; write one of approvals, durability, nodes',
  ],
  ['a close that is no function', { close: true }, 'close must be a function'],
]

it.each(mistakes)('refuses %s', (_, given, sentence) => {
  expect(() => Reflect.apply(defineVerification, undefined, [given])).toThrow(
    expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(sentence) }),
  )
})

it('gives back what it was given', () => {
  const verification = { adapters: {} }
  expect(defineVerification(verification)).toBe(verification)
})
