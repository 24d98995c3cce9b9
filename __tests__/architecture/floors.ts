/** The order of folders, from ARCHITECTURE.md. */

import { readFileSync } from 'node:fs'

/** The rows of the table in ARCHITECTURE.md, from the top down: the folders of one row do not import each other. */
export const FLOORS: ReadonlyMap<string, number> = new Map(
  (
    /## The floors\n([\s\S]*?)\n## |## The floors\n([\s\S]*)$/.exec(
      readFileSync('ARCHITECTURE.md', 'utf8'),
    )?.[0] ?? ''
  )
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line, floor) =>
      [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(
        ([, folder = '']) => [folder, floor] as const,
      ),
    ),
)
