/** Stores of approvals were given the approval rule before there was a policy: a host that still does it is told where it goes. */

/** Throws a TypeError for options that hold an `evaluate`. `what`: the function that they are for. */
export function assertNoRule(options: object, what: string): void {
  if ('evaluate' in options && options.evaluate !== undefined)
    throw new TypeError(
      `${what} takes no evaluate; pass it as adapters.policy: { evaluate }, or leave it out where it is that of adapters.tools`,
    )
}
