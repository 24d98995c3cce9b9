/** The list of all checks, in the order in which they are reported. A later check may need an earlier one, never the other way round. */

import { allowedOrigin } from '../admission/allowed-origin.js'
import { apiKeyHeader } from '../admission/api-key-header.js'
import { authorization } from '../admission/authorization.js'
import { available } from '../admission/available.js'
import { challenge } from '../admission/challenge.js'
import { feature } from '../admission/feature.js'
import { foreignOrigin } from '../admission/foreign-origin.js'
import { keyAccepted } from '../admission/key-accepted.js'
import { member } from '../admission/member.js'
import { memberHeaderArrives } from '../admission/member-header.js'
import { metadata } from '../admission/metadata.js'
import { preflight } from '../admission/preflight.js'
import { readable } from '../admission/readable.js'
import { answers } from '../connection/answers.js'
import { cache } from '../connection/cache.js'
import { certificate } from '../connection/certificate.js'
import { connect } from '../connection/connect.js'
import { contentType } from '../connection/content-type.js'
import { dns } from '../connection/dns.js'
import { ipv4, ipv6 } from '../connection/families.js'
import { gateway } from '../connection/gateway.js'
import { keepAlive } from '../connection/keep-alive.js'
import { key } from '../connection/key.js'
import { mount } from '../connection/mount.js'
import { placeholders } from '../connection/placeholders.js'
import { redirect } from '../connection/redirect.js'
import { url } from '../connection/url.js'
import { wall } from '../connection/wall.js'
import type { Check } from '../kit/check.js'
import { loginChallenge } from '../login/challenge.js'
import { loginMetadata } from '../login/document.js'
import { loginServer } from '../login/issuer.js'
import { loginKeys } from '../login/keys.js'
import { loginPathForm } from '../login/path-form.js'
import { loginPkce } from '../login/pkce.js'
import { loginRegistration } from '../login/registration.js'
import { loginResource } from '../login/resource.js'
import { loginRoot } from '../login/root-probe.js'
import { bodyLimit } from '../service/body-limit.js'
import { buffered } from '../service/buffered.js'
import { compressed } from '../service/compressed.js'
import { earlyLimit } from '../service/early-limit.js'
import { era2025 } from '../service/era-2025.js'
import { era2026 } from '../service/era-2026.js'
import { firstAnswer } from '../service/first-answer.js'
import { hostParser } from '../service/host-parser.js'
import { idle } from '../service/idle.js'
import { kind } from '../service/kind.js'
import { latency } from '../service/latency.js'
import { mcpHeaders } from '../service/mcp-headers.js'
import { nodeClocks } from '../service/node-clocks.js'
import { serverClock } from '../service/server-clock.js'
import { session } from '../service/session.js'
import { versionHeader } from '../service/version-header.js'
import { call } from '../tools/call.js'
import { count } from '../tools/count.js'
import { list } from '../tools/list.js'
import { names } from '../tools/names.js'
import { schemas } from '../tools/schemas.js'

/** Checks that run at the same time, after those of the groups before. */
export interface Group {
  /** A title for people. */
  readonly title: string
  readonly checks: readonly Check[]
}

/** All groups. The speed is measured while nothing else runs. */
export const GROUPS: readonly Group[] = [
  { title: 'What you gave', checks: [url, placeholders, key] },
  { title: 'Connection', checks: [dns, connect, ipv4, ipv6, certificate] },
  { title: 'HTTP', checks: [answers, redirect, wall, gateway, mount, cache, contentType, keepAlive] },
  {
    title: 'Key and member',
    checks: [
      challenge,
      metadata,
      authorization,
      available,
      keyAccepted,
      apiKeyHeader,
      feature,
      memberHeaderArrives,
      member,
    ],
  },
  {
    title: 'OAuth',
    checks: [
      loginChallenge,
      loginMetadata,
      loginResource,
      loginPathForm,
      loginRoot,
      loginServer,
      loginPkce,
      loginRegistration,
      loginKeys,
    ],
  },
  { title: 'Speed', checks: [latency, firstAnswer] },
  { title: 'Protocol', checks: [kind, era2025, mcpHeaders, versionHeader, era2026] },
  { title: 'Nodes', checks: [session, nodeClocks, serverClock] },
  { title: 'Web pages', checks: [foreignOrigin, allowedOrigin, preflight, readable] },
  { title: 'Large requests', checks: [hostParser, bodyLimit] },
  { title: 'Streams', checks: [compressed, buffered, idle] },
  { title: 'Tools', checks: [list, names, schemas, count, call] },
  { title: 'Limits', checks: [earlyLimit] },
]
