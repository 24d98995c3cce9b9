/** What a person sees when an authorization request cannot be answered to the client. */

import type { KoaContextWithOIDC } from 'oidc-provider'
import { html } from '../../host/pages/html.js'
import { renderAuthPage } from './auth-page.js'

export interface Failure {
  /** The code of OAuth 2.0, such as `invalid_request`. */
  readonly error: string
  readonly description: string | undefined
}

export function renderErrorPage(ctx: KoaContextWithOIDC, failure: Failure): void {
  ctx.type = 'html'
  ctx.body = errorPage(failure)
}

export function errorPage({ error, description }: Failure): string {
  const body = html`<p class="lead">${description ?? 'The client asked for something that is not possible here.'}</p><p class="quiet">${error}. Begin again in the client.</p>`
  return renderAuthPage('Sign-in not possible', body)
}
