import { lineDiff } from '../../examples/host/approvals/line-diff.js'

const shown = (before: string, after: string) => {
  const { parts, skipped, lastBreak } = lineDiff(before, after)
  const marks = { added: '+', removed: '-', same: ' ' }
  return {
    lines: parts.flatMap((part) => [
      `@${part.skipped}`,
      ...part.lines.map(({ kind, text }) => `${marks[kind]}${text}`),
    ]),
    skipped,
    lastBreak,
  }
}
const numbered = (count: number, name = 'line') => Array.from({ length: count }, (_, i) => `${name} ${i + 1}`)

it.each([
  ['nothing', '', '', [], 0, 'same'],
  ['the same', 'a\nb', 'a\nb', [], 2, 'same'],
  ['a new text', '', 'a\nb', ['@0', '+a', '+b'], 0, 'same'],
  ['a text that goes', 'a\nb\n', '', ['@0', '-a', '-b'], 0, 'same'],
  ['an empty line', 'a', 'a\n\nb', ['@0', ' a', '+', '+b'], 0, 'same'],
  ['a line that grows', 'a\nb', 'a\nbc', ['@0', ' a', '-b', '+bc'], 0, 'same'],
  ['a line that begins with a mark', '-a', '+a', ['@0', '--a', '++a'], 0, 'same'],
  ['a carriage return', 'a\nb', 'a\r\nb', ['@0', '-a', '+a\r', ' b'], 0, 'same'],
])('shows %s', (_, before, after, lines, skipped, lastBreak) => {
  expect(shown(before, after)).toEqual({ lines, skipped, lastBreak })
})

it('says when only the line break at the end is added or removed', () => {
  expect(shown('a', 'a\n').lastBreak).toBe('added')
  expect(shown('a\n', 'b').lastBreak).toBe('removed')
})

it('leaves out unchanged lines except three around a change, and counts them', () => {
  const before = numbered(30)
  const after = before.map((line, i) => (i === 5 || i === 20 ? `${line}!` : line))
  const { parts, skipped } = lineDiff(before.join('\n'), after.join('\n'))
  expect(parts.map((part) => [part.skipped, part.lines.length])).toEqual([
    [2, 8],
    [8, 8],
  ])
  expect(skipped).toBe(6)
})

it('shows two long texts with nothing in common one after the other', () => {
  const { parts } = lineDiff(numbered(40_000).join('\n'), numbered(40_000, 'other').join('\n'))
  expect(parts[0]?.lines).toHaveLength(80_000)
  expect(parts[0]?.lines[40_000]).toEqual({ kind: 'added', text: 'other 1' })
})
