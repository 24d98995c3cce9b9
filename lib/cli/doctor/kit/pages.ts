/** Recognizes what answers in place of an MCP server: pages of walls, of gateways, and of web frameworks. */

import { cut, visibleText } from '../../../foundation/text/text.js'
import type { Exchange } from '../probe/exchange.js'

/** Whether a body is a page for people. */
export function isHtml({ headers, text }: Exchange): boolean {
  return /^text\/html/i.test(headers['content-type'] ?? '') || /^\s*<(!doctype html|html)/i.test(text)
}

/** By the name of the product: what its pages and headers say. */
const WALLS: readonly (readonly [string, RegExp])[] = [
  [
    'Cloudflare',
    /cf-mitigated: challenge|__cf_chl|cdn-cgi\/challenge-platform|Attention Required! \| Cloudflare/i,
  ],
  ['AWS WAF', /x-amzn-waf-action|awswaf|The request could not be satisfied/i],
  ['Akamai', /server: AkamaiGHost|errors\.edgesuite\.net/i],
  ['Imperva', /_Incapsula_Resource|Incapsula incident ID/i],
  ['Sucuri', /x-sucuri-(id|block)|Sucuri WebSite Firewall/i],
  ['DataDome', /x-datadome|captcha-delivery\.com/i],
  ['PerimeterX', /_pxCaptcha|px-captcha|perimeterx/i],
  ['ModSecurity', /mod_security|ModSecurity/i],
  [
    'a bot check',
    /Just a moment\.\.\.|g-recaptcha|h-captcha|Checking your browser|verify(ing)? (that )?you are (a )?human/i,
  ],
]

/** The product that guards the host and has answered in its place; `null` if there is no sign of one. */
export function wallOf({ status, headers, text }: Exchange): string | null {
  if (status === 401 || /^(application\/json|text\/event-stream)/i.test(headers['content-type'] ?? ''))
    return null
  const all = `${Object.entries(headers)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('\n')}\n${text}`
  return WALLS.find(([, marks]) => marks.test(all))?.[0] ?? null
}

/** Whether this is the error page of Express (finalhandler), that is: of the host app itself. */
export function isExpressPage({ text }: Exchange): boolean {
  return /<title>Error<\/title>[\s\S]*<pre>|PayloadTooLargeError/.test(text)
}

/** A short description of an answer for a report. */
export function answerText({ status, headers, text }: Exchange): string {
  const type = headers['content-type']?.split(';')[0] ?? 'no content type'
  const body = excerpt(text)
  return `${status} (${type})${body === '' ? ' without a body' : `: ${body}`}`
}

/** The visible beginning of a body, as one line without tags. */
export function excerpt(text: string, most = 160): string {
  const plain = text
    .slice(0, 20_000)
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>|&nbsp;/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return visibleText(plain.length > most ? `${cut(plain, most)}…` : plain)
}
