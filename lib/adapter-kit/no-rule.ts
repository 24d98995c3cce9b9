/** Refuses the option `evaluate`, which stores of approvals took before there was `adapters.policy`. The error says where it belongs now. */

/** Throws a TypeError if the options have `evaluate`. `what`: the name of the function that takes the options. */
export function assertNoRule(options: object, what: string): void {
  if ('evaluate' in options && options.evaluate !== undefined)
    throw new TypeError(
      `${what} takes no evaluate; pass it as adapters.policy: { evaluate }, or leave it out where it is that of adapters.tools`,
    )
}
