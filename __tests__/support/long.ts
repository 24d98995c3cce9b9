/** Whether this is `npm run test:long`: the same tests with more repetitions, which take minutes. */
export const LONG = process.env['LONG_TESTS'] === '1'
