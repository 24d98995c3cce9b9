/** Errors that end a command with a sentence and an exit code of their own. */

/** The command line is wrong: exit code 2. The message names the mistake and the cure. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A server or database cannot be reached: exit code 3. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

/** What was asked for cannot be done, such as to revoke a key that does not exist: exit code 1. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}
