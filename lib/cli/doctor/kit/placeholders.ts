/** Finds placeholders that a client or a shell should have replaced. */

/** The syntaxes of clients and of documentation. */
const PLACEHOLDERS: readonly RegExp[] = [
  /\$\{[^}]*\}?/,
  /\$\([^)]*\)?/,
  /\{\{[^}]*\}?\}?/,
  /\{(?:env|input|secret|vault|file):[^}]*\}?/i,
  /\{[A-Z][A-Z0-9_]*\}/,
  /%[A-Z_][A-Z0-9_]*%/,
  /\$[A-Z_][A-Z0-9_]{2,}/,
  /<[A-Za-z][\w -]*>/,
  /(?<=^|[/\s"'=@.])(?:YOUR|INSERT|REPLACE)[_-][A-Za-z0-9_-]+/i,
  /^MY_[A-Z_]+$/,
  /\bCHANGE[_-]?ME\b/i,
  /^(?:undefined|null|x{4,}|\.{3}|…)$/i,
]

/** The placeholder in a text; `null` if there is none. */
export function placeholderIn(text: string): string | null {
  for (const pattern of PLACEHOLDERS) {
    const found = pattern.exec(text)
    if (found !== null) return found[0]
  }
  return null
}
