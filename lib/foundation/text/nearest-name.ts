/** Finds the name that somebody meant who misspelt it. */

/** How many letters may be wrong, missing, too many or of another case. */
const MOST_MISTAKES = 2

/** The nearest of the known names to `given`. `undefined`: none is near. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const folded = given.toLowerCase()
  const measured = known
    .map((name) => ({ name, distance: distanceOf(folded, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.min(MOST_MISTAKES, Math.floor(name.length / 3)))
  return measured.sort((a, b) => a.distance - b.distance)[0]?.name
}

/** Levenshtein: the fewest letters to add, remove or replace. */
function distanceOf(from: string, to: string): number {
  let before = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...from].entries()) {
    const row = [i + 1]
    for (const [j, other] of [...to].entries()) {
      const replaced = (before[j] ?? 0) + (letter === other ? 0 : 1)
      row.push(Math.min(replaced, (before[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1))
    }
    before = row
  }
  return before[to.length] ?? 0
}
