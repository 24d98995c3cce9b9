/** Checks the points and the seconds of a rate limit. The limiter below has other names for them in its own errors. */

/** Throws a TypeError if one of the two is not a whole number of at least 1. `what`: the function that takes them. */
export function assertWindow(
  window: { readonly points: unknown; readonly seconds: unknown },
  what: string,
): void {
  for (const [name, value] of Object.entries(window)) {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
      throw new TypeError(`${name} of ${what} must be a whole number of at least 1`)
  }
}
