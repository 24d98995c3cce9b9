/** The order of folders, from ARCHITECTURE.md. */

import { readFileSync } from 'node:fs'

/** The rows of the table in ARCHITECTURE.md, from the top down: the folders of one row do not import each other. */
export const LAYERS: ReadonlyMap<string, number> = new Map(
  (
    /## The layers\n([\s\S]*?)\n## |## The layers\n([\s\S]*)$/.exec(
      readFileSync('ARCHITECTURE.md', 'utf8'),
    )?.[0] ?? ''
  )
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line, layer) =>
      [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(
        ([, folder = '']) => [folder, layer] as const,
      ),
    ),
)
