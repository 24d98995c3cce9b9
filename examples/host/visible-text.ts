/** What an AI client wrote, for the eyes of a person who decides by it: nothing in it may hide or reorder itself. */

/**
 * Writes out characters that are not seen but change what is: marks that reverse the direction of writing, joiners, controls.
 * JSON stays the same JSON.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cf}\p{Zl}\p{Zp}]|[^\P{Cc}\n\t]/gu, (character) =>
    Array.from({ length: character.length }, (_, i) => written(character.charCodeAt(i))).join(''),
  )
}

function written(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
