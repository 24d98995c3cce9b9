/** The note of a run of which nothing came, and whose caller was told to repeat the call: a repeat with its key begins a run of its own. */
export const REPEATABLE = 'repeatable'
