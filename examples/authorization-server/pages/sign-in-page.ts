/** Where a person signs in. */

import { html } from '../../host/pages/html.js'
import { renderAuthPage } from './auth-page.js'

export interface SignIn {
  readonly uid: string
  /** Shown again after a wrong password. */
  readonly email: string
  readonly isWrong: boolean
}

export function signInPage({ uid, email, isWrong }: SignIn): string {
  const wrong = isWrong
    ? html`<p class="tag stop" role="alert">This email address and password do not fit</p>`
    : html``
  const body = html`${wrong}<form class="sheet box" method="post" action="/interaction/${uid}/sign-in">
<label>Email address<input class="input" type="email" name="email" value="${email}" autocomplete="username" required></label>
<label>Password<input class="input" type="password" name="password" autocomplete="current-password" required></label>
<button class="btn go tall" type="submit">Sign in</button>
</form>`
  return renderAuthPage('Sign in', body)
}
