/** jest in ESM: run through `npm test`, which passes --experimental-vm-modules. */

import { ENTRY_OF } from './build/entries.mjs'

/** The public entries, from their sources. */
const entries = Object.entries(ENTRY_OF).map(([name, entry]) => [`^${name}$`, `<rootDir>/lib/${entry}.ts`])

export default {
  testEnvironment: 'node',
  // Machines are noisy: no test depends on how fast they are, and one that hangs is still ended.
  testTimeout: 120_000,
  // Two files at a time even on two cores, each in a process that is replaced when its heap has grown: full collections are part of some tests.
  maxWorkers: 2,
  workerIdleMemoryLimit: '400MB',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    ...Object.fromEntries(entries),
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.build/'],
}
