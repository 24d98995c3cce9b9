import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Links between the pages of docs/reference/ lead to headings that there are. */

const FOLDER = join('docs', 'reference')
const pages = readdirSync(FOLDER)

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')

const anchors = new Map(
  pages.map((page) => {
    const text = readFileSync(join(FOLDER, page), 'utf8').replaceAll(/```[\s\S]*?```/g, '')
    return [page, new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)))]
  }),
)

it.each(pages)('has no dead link to a heading: %s', (page) => {
  const text = readFileSync(join(FOLDER, page), 'utf8').replaceAll(/```[\s\S]*?```/g, '')
  const links = [...text.matchAll(/\]\(([\w.-]*)(?:#([^)]+))?\)/g)]
  const dead = links.filter(([, target = '', anchor]) => {
    const to = target === '' ? page : target
    if (!existsSync(join(FOLDER, to))) return true
    return anchor !== undefined && !anchors.get(to)?.has(anchor)
  })
  expect(dead.map(([link]) => link)).toEqual([])
})

it('finds anchors and links at all', () => {
  expect(anchors.get('errors.md')?.has('member_required')).toBe(true)
  expect(anchors.get('options.md')?.size).toBeGreaterThan(30)
})
