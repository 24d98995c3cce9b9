/** Removes what looks like a key, a token or a password from a text that people will read. */

const LEFT_OUT = '[left out]'

/** The text with `[left out]` for each. Errors of services may quote what they were sent. */
export function withoutSecrets(text: string): string {
  return text
    .replaceAll(/\b(bearer|basic)\s+[^\s"',;]+/gi, `$1 ${LEFT_OUT}`)
    .replaceAll(/(:\/\/[^\s:/@]{0,200}:)[^\s"'<>]+@/g, `$1${LEFT_OUT}@`)
    .replaceAll(/(?:[a-z]{2}_(?:live|test)_|\beyJ)[\w.-]+/g, LEFT_OUT)
    .replaceAll(
      /\b((?:x-)?api[-_]?key|token|secret|password|passwd|authorization)(["']?\s*[=:]\s*["']?|["']\s*,\s*["'])[^\s"',;}|]+/gi,
      `$1$2${LEFT_OUT}`,
    )
}
