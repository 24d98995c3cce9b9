/** Where a person decides whether a client may work in a workspace as them: which client, where, and with which permissions. */

import { type Html, html } from '../../host/pages/html.js'
import type { Workspace } from '../accounts.js'
import type { Request } from '../consent.js'
import { scopesInWords } from '../scopes.js'
import { renderAuthPage } from './auth-page.js'

export function consentPage(uid: string, request: Request): string {
  const { client, workspaces, account } = request
  const [only] = workspaces
  if (only === undefined) return renderAuthPage('No access', noAccess(uid, request))
  const where =
    workspaces.length === 1
      ? html`<input type="hidden" name="workspace" value="${only.id}">`
      : choice(workspaces)
  const place = workspaces.length === 1 ? html`<dt>Workspace</dt><dd>${only.name}</dd>` : html``
  const permissions = scopesInWords(request.scopes).map((words) => html`<li>${words}</li>`)
  const body = html`<p class="lead"><b>${client.name}</b> wants to work in Sales workspace as you.</p>
<form class="sheet box" method="post" action="/interaction/${uid}/consent">
<dl class="facts"><dt>You</dt><dd>${account.email} (<a href="/interaction/${uid}?as=another">not you?</a>)</dd>${place}<dt>Leads to</dt><dd>${destination(client.redirectUri)}</dd></dl>
${where}<p>It may:</p><ul>${permissions}</ul>
<p class="quiet">The name is what the client says of itself. Allow it only if you have just started it. What needs an approval still needs one.</p>
<button class="btn approve tall" type="submit">Allow</button>
</form>${cancel(uid)}`
  return renderAuthPage('Allow access?', body)
}

function noAccess(uid: string, { account, client }: Request): Html {
  return html`<p class="lead">${account.email} is not in the workspace that ${client.name} asks for.</p><p><a href="/interaction/${uid}?as=another">Sign in as somebody else</a></p>${cancel(uid)}`
}

function choice(workspaces: readonly Workspace[]): Html {
  const radios = workspaces.map(
    ({ id, name }) =>
      html`<label class="choice"><input type="radio" name="workspace" value="${id}" required>${name}</label>`,
  )
  return html`<fieldset class="stack"><legend>In which workspace?</legend>${radios}</fieldset>`
}

function cancel(uid: string): Html {
  return html`<form method="post" action="/interaction/${uid}/cancel"><button class="btn" type="submit">Cancel</button></form>`
}

/** A person can tell a program on their machine from a site, and one site from another. */
function destination(redirectUri: string): string {
  const { protocol, host, hostname } = new URL(redirectUri)
  if (['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return `a program on this computer (${host})`
  return protocol === 'https:' ? host : `an app on this computer (${protocol})`
}
