/**
 * `npm run build`. dist/ gets one ES module for each entry and dist/cjs/ one CommonJS module, each with the chunks that entries share, and the types
 * of both. Dependencies stay imports. A build writes over the one before, so that programs which use dist/ can go on.
 */

import { writeBundles } from './bundles.mjs'
import { writeTypes } from './types.mjs'

await Promise.all([writeBundles(), writeTypes()])
