import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The guide to a store of one's own shows what the example really has. */

const text = readFileSync('docs/adapters/own-store.md', 'utf8')
const shown = [...text.matchAll(/```ts packages=sqlite-store file=([\w./-]+)\n([\s\S]*?)```/g)].map(
  ([, file = '', code = '']) => [file, code] as const,
)

/** Without indentation, which a guide leaves out. */
function linesOf(code: string): string {
  return code
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
}

it.each(shown)('shows a part of %s as it is', (file, code) => {
  expect(linesOf(readFileSync(join('examples/sqlite-store', file), 'utf8'))).toContain(linesOf(code))
})

it('shows a part of each store, and all of its TypeScript is from the example', () => {
  const files = new Set(shown.map(([file]) => file))
  for (const store of ['api-keys', 'members', 'memory', 'approvals', 'runs', 'audit'])
    expect([...files]).toContain(`${store}.ts`)
  expect(text.match(/```ts/g)).toHaveLength(shown.length)
})

it('names what the verification of the example lacks, and nothing else', () => {
  const source = readFileSync('examples/sqlite-store/verification.ts', 'utf8')
  const lacking = [...source.matchAll(/lacks: \['(\w+)'\]/g)].map(([, part = '']) => part)
  expect(lacking).toEqual(['findBySubject', 'wait', 'filter'])
  for (const part of lacking) expect(text).toMatch(new RegExp(`^\\| \`\\w+\` \\| \`${part}\``, 'm'))
})
