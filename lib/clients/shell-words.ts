/** Quotes the words of a command for a shell, so that it changes none of them. */

/** A shell, and the systems that have it. */
export type Shell = 'posix' | 'powershell'

/** The command line that runs these words. Words have no control characters. */
export function shellCommand(words: readonly string[], shell: Shell): string {
  return words.map((word) => (shell === 'posix' ? posixWord(word) : powershellWord(word))).join(' ')
}

/** Words that no shell changes. */
const PLAIN = /^[A-Za-z0-9_./:@-]*[A-Za-z0-9_./:-]$/

function posixWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** PowerShell takes four characters for a single quote. */
function powershellWord(word: string): string {
  return PLAIN.test(word) && !word.startsWith('@')
    ? word
    : `'${word.replaceAll(/['\u2018-\u201b]/g, '$&$&')}'`
}
