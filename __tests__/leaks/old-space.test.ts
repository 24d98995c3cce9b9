import { execFileSync } from 'node:child_process'

/**
 * An accessor in an object literal, or a function assigned to a member where it stands, is made in old space and holds all of its call
 * until a full collection: then it is 2,000 bytes and more, and every young collection takes several times as long.
 */
const TOLERANCE_BYTES = 500

it('leaves nothing of a call in old space', () => {
  const left = execFileSync(process.execPath, ['--expose-gc', '__tests__/leaks/old-space.mjs'], {
    encoding: 'utf8',
  })
  expect(Number(left)).toBeLessThan(TOLERANCE_BYTES)
})
