/** Preloaded into a node: its clock is off by `CLOCK_OFFSET_MS`. Timers and `performance.now` run as they are: no wall clock moves them. */

const offset = Number(process.env.CLOCK_OFFSET_MS ?? 0)
const Real = Date

globalThis.Date = class ShiftedDate extends Real {
  constructor(...args) {
    if (args.length === 0) super(Real.now() + offset)
    else super(...args)
  }

  static now() {
    return Real.now() + offset
  }
}
