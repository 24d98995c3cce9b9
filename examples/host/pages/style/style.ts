/** The one stylesheet of the app's pages. */

import { APPROVALS } from './approvals.js'
import { FRAME } from './frame.js'
import { HOME } from './home.js'
import { PARTS } from './parts.js'
import { SCREENS } from './screens.js'
import { TOKENS } from './tokens.js'

/** `tabs`: the ids of the tabs on the home page. The one that is picked is shown without a script, and needs a rule of its own. */
export function styleSheet(tabs: readonly string[]): string {
  const picked = tabs.map((id) => `.clients:has([value="${id}"]:checked) .client.${id}`)
  return [TOKENS, FRAME, PARTS, HOME, `${picked.join(',\n')} { display: grid; }`, APPROVALS, SCREENS].join('')
}
