/** Guards of access tokens: which are accepted, what they grant, whose they are, and what happens without an authorization server. */

import { guards } from '../guard.js'

const TOKENS = ['__tests__/oauth/tokens.test.ts']
const SHAPES = ['__tests__/oauth/server-shapes.test.ts']
const KEPT = ['__tests__/oauth/kept-tokens.test.ts']
const KEYS = ['__tests__/oauth/keys.test.ts']
const FETCHING = ['__tests__/oauth/fetching.test.ts']
const SCOPES = ['__tests__/oauth/scopes.test.ts']
const PROOFS = ['__tests__/oauth/dpop.test.ts']
const OPAQUE = ['__tests__/oauth/opaque.test.ts']
const LIFETIMES = ['__tests__/oauth/lifetimes.test.ts']
const METADATA = ['__tests__/oauth/metadata.test.ts']
const WORKSPACES = ['__tests__/oauth/workspaces.test.ts']

export const OAUTH_GUARDS = [
  ...guards(
    'lib/oauth/audience.ts',
    [...TOKENS, ...WORKSPACES, ...KEPT],
    [
      [
        'a token without an audience is taken from any client',
        'return audience.clientIds.includes(clientId)',
        "return clientId !== ''",
      ],
      [
        'a token for another service or workspace is accepted',
        "named.some((one) => typeof one === 'string' && accepted.includes(one))",
        'named.length >= accepted.length - 1',
      ],
      [
        'an audience is a part of a text that the host gave by mistake',
        'if (!Array.isArray(given))',
        'if (given === null)',
      ],
    ],
  ),
  ...guards(
    'lib/oauth/tokens/claims.ts',
    [...TOKENS, ...SHAPES, ...KEPT, ...PROOFS],
    [
      [
        'a token without a client or a subject is accepted',
        "if (!isId(sub) || !isId(clientId)) throw new TokenRefused('claims')",
        "if (typeof sub !== 'string' || typeof clientId !== 'string') throw new TokenRefused('claims')",
      ],
      ['a subject that no store can keep is looked up', '&& isStorableText(value)', ''],
      ['a subject of any length is looked up', 'value.length <= MOST_ID_CHARACTERS &&', ''],
      [
        'a person without the claim that names people is another one',
        "if (!isId(subject)) throw new TokenRefused('claims')",
        "if (!isId(subject)) return { subject: sub, clientId, kind: 'user' }",
      ],
      ['a client acts as a person whose id it chose', 'return sub === clientId || isAuth0', 'return isAuth0'],
      ['an app of Auth0 acts as a person', "gty === 'client-credentials' ||", ''],
      ['an app of Auth0 acts as a person by its subject', '@clients`', '@nobody`'],
      [
        'an app of Entra ID acts as a person',
        "(typeof oid === 'string' && typeof tid === 'string' && !hasScopes)",
        'false',
      ],
      ['an app that says so acts as a person', "idtyp === 'app' ||", ''],
      [
        'a service account of Keycloak acts as a person',
        ' || name === `service-account-',
        ' || name === `no-account-',
      ],
      ['a token ends at no time', '|| !(Math.abs(exp) <= MOST_SECONDS)', ''],
      [
        'a token that is bound in a way that cannot be checked is accepted',
        "typeof jkt !== 'string' || Object.keys(others).length > 0",
        "typeof jkt !== 'string'",
      ],
    ],
  ),
  ...guards('lib/oauth/tokens/jwt-header.ts', TOKENS, [
    [
      'a token of any length is verified',
      'return text.length <= 8192 && TOKEN.test(text)',
      "return text !== ''",
    ],
  ]),
  ...guards(
    'lib/oauth/tokens/verify-jwt.ts',
    [...TOKENS, ...SHAPES],
    [
      ['a logout token or a proof is an access token', 'OTHER_TYPES.has(type)', "type === 'x'"],
      [
        'an ID token is an access token',
        'ID_TOKEN_MARKS.some((mark) => Object.hasOwn(claims, mark))',
        "Object.hasOwn(claims, 'x')",
      ],
      [
        'an ID or refresh token of Keycloak or Cognito is an access token',
        "if (kind !== undefined && !(typeof kind === 'string' && access.test(kind)))",
        "if (kind === '' && access.test(kind))",
      ],
      ['a token of another type is accepted', 'typ: issuer.tokenType', ''],
      ['a token that is years old is accepted', 'maxTokenAge: maxTokenAgeSeconds,', ''],
      ['clocks may be a year apart', 'clockTolerance: clockSkewSeconds,', 'clockTolerance: 31_536_000,'],
    ],
  ),
  ...guards('lib/oauth/tokens/verify-jwt.ts', KEYS, [
    [
      'an algorithm is accepted that the host did not list',
      'algorithms: [...issuer.algorithms],',
      '',
      'algorithms',
    ],
    ['every key of a set is tried', 'if (tried > MOST_KEYS) break', '', 'four keys'],
  ]),
  ...guards('lib/oauth/keys/kept-document.ts', KEYS, [
    [
      'keys are used for as long as the server is down',
      'this.#ageOf(kept.at) > staleMs',
      'this.#ageOf(kept.at) > staleMs * 1000',
      'as long as|for longer|no longer',
    ],
    [
      'a withdrawn key lives on',
      'if (this.#ageOf(kept.at) >= refreshMs && this.#mayTry())',
      'if (this.#ageOf(kept.at) >= refreshMs * 1000 && this.#mayTry())',
      'withdrawn',
    ],
    [
      'each unknown key id is a fetch',
      'return this.#pending !== null || this.#ageOf(this.#triedAt) >= this.#times.cooldownMs',
      'return this.#times.cooldownMs > 0',
      'at most once',
    ],
    [
      'an unknown key is a bad token while the keys cannot be fetched',
      'if (this.#kept !== null && this.#failure === null)',
      'if (this.#kept !== null)',
      'says nothing',
    ],
    [
      'a clock that is set back keeps keys',
      'return Math.abs(this.#times.now() - at)',
      'return this.#times.now() - at',
      'set back',
    ],
  ]),
  ...guards('lib/oauth/keys/key-keeper.ts', KEYS, [
    [
      'a token that was verified with a withdrawn key stays good',
      'if (after.text !== before.text) changed()',
      'if (after.text === before.text) changed()',
      'withdrawn',
    ],
  ]),
  ...guards(
    'lib/oauth/keys/fetch-json.ts',
    [...KEYS, ...WORKSPACES],
    [
      [
        'keys are fetched without TLS',
        "url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))",
        'url.protocol.startsWith("http")',
        'TLS|start-up',
      ],
      [
        'a password stands in an address',
        "safe && url.username === '' && url.password === ''",
        'safe',
        'start-up',
      ],
      ['a redirect leads elsewhere', "redirect: 'manual'", "redirect: 'follow'", '503 without a challenge'],
      ['keys of any size are read', 'if (bytes > MOST_BYTES)', 'if (bytes < 0)', '503 without a challenge'],
    ],
  ),
  ...guards('lib/oauth/keys/fetch-json.ts', OPAQUE, [
    [
      'an error repeats an answer with a token',
      "  } catch {\n    throw new SyntaxError('the answer is not JSON')",
      '  } catch (error) {\n    throw error',
      'repeats nothing',
    ],
  ]),
  ...guards('lib/oauth/keys/fetch-json.ts', FETCHING, [
    [
      'all later requests wait for a fetch that never ends',
      "signal.addEventListener('abort', () => reject(signal.reason), { once: true })",
      'signal.throwIfAborted()',
      'comes back',
    ],
  ]),
  ...guards('lib/oauth/keys/issuer-metadata.ts', FETCHING, [
    [
      "a customer's server has something on this machine fetched",
      ' && (!isLoopback(jwksUri.hostname) || isLoopback(new URL(issuer).hostname))',
      ' && !isLoopback(new URL(issuer).protocol)',
      'fetches nothing',
    ],
  ]),
  ...guards('lib/oauth/keys/issuer-metadata.ts', KEYS, [
    [
      'the metadata of another issuer says where the keys are',
      'if (named !== issuer)',
      "if (named === '')",
      '503 without a challenge',
    ],
  ]),
  ...guards('lib/oauth/tokens/introspect.ts', OPAQUE, [
    [
      'an inactive token is accepted',
      "if (claims['active'] !== true)",
      "if (claims['active'] === undefined)",
    ],
    [
      'a refresh token is an access token',
      'if (type !== undefined && !(typeof',
      'if (type === null && !(typeof',
    ],
    [
      'a token of another server is accepted',
      "claims['iss'] !== undefined && claims['iss'] !== issuer.issuer",
      "claims['iss'] === ''",
    ],
    ['an ended token is accepted', 'if (exp <= seconds - clockSkewSeconds)', 'if (exp <= 0)'],
    [
      'a bound token is accepted whose key the server does not name',
      "type?.toLowerCase() === 'dpop'",
      "type?.toLowerCase() === ''",
    ],
    ['a token of the future is accepted', 'if (nbf !== undefined &&', 'if (nbf === null &&'],
    [
      'an old token is accepted',
      'if (iat < seconds - clockSkewSeconds - maxTokenAgeSeconds)',
      'if (iat < 0)',
    ],
    [
      'an answer that is no verdict is a bad token',
      "!isRecord(body) || typeof body['active'] !== 'boolean'",
      '!isRecord(body)',
    ],
  ]),
  ...guards('lib/oauth/tokens/dpop.ts', PROOFS, [
    ['a proof of another key is accepted', 'key === thumbprint &&', ''],
    ['a proof for another method is accepted', "claims['htm'] === method &&", ''],
    ['a proof for another address is accepted', "sameUrl(claims['htu'], url) &&", ''],
    ['a proof for another token is accepted', "claims['ath'] === digestBase64Url(token)", 'true'],
    ['a proof is accepted twice', "if (seen.has(id)) throw new TokenRefused('dpop_replay')", ''],
    ['a proof for another server is accepted', 'origin === own.origin &&', ''],
    ['a proof for another workspace is accepted', ' && pathname === own.pathname', ''],
    ['an old proof is accepted', 'maxTokenAge: 0,', ''],
    ['any token of the key is a proof', "typ: 'dpop+jwt',", ''],
    ['a proof without an id is accepted', "jti === '' || jti.length > 512", 'jti.length > 5120'],
  ]),
  ...guards(
    'lib/oauth/token-verifier.ts',
    [...TOKENS, ...KEPT, ...WORKSPACES],
    [
      [
        'a client acts without a person',
        "if (ids.kind === 'client' && !serviceMembers)",
        'if (serviceMembers)',
      ],
      [
        'a token is known under the rules of another workspace',
        'rulesIdOf(issuer)} ',
        'issuer.issuer.length} ',
      ],
      [
        'a kept token outlives its end',
        'Math.min(endOf(claims), from + cacheSeconds * 1000)',
        'from + cacheSeconds * 1000',
      ],
      [
        'a token is kept whose key was withdrawn while it was checked',
        '      tokens.set(id, { claims, from, until })',
        '      this.#tokens.set(id, { claims, from, until })',
      ],
      ['a kept token is kept for ever', '&& now < until', '&& until > 0'],
      ['a clock that is set back keeps a revoked token', 'from <= now &&', ''],
      [
        'a token that came to one workspace is read as that one says in another',
        'return { issuer, claims: known.claims }',
        'return Object.assign(known, { issuer, ...known })',
      ],
      [
        'an answer that is no plain no lets a revoked token in',
        'if (revoked !== false)',
        'if (revoked === true)',
      ],
    ],
  ),
  ...guards(
    'lib/oauth/token-verifier.ts',
    [...PROOFS, ...LIFETIMES],
    [
      [
        'a token without a key is taken where one is required',
        "if (dpop === 'require')",
        'if (dpop === null)',
      ],
      [
        'a scheme promises a proof that nobody checks',
        "if (scheme === 'dpop') throw new TokenRefused('binding')",
        '',
      ],
      [
        'a stolen token that is bound to a key is enough',
        "if (scheme !== 'dpop' || request === null)",
        'if (request === null)',
      ],
      ['a proof is not looked at', 'await this.#proofs.check(request, token, thumbprint)', ''],
      ['a revoked token works on', 'await this.#assertNotRevoked(issuer.issuer, ids, claims)', ''],
    ],
  ),
  ...guards('lib/oauth/token-verifier.ts', TOKENS, [
    [
      'a bound token is taken for an ordinary one',
      "if (dpop === false) throw new TokenRefused('binding')",
      'if (dpop === false) return',
    ],
  ]),
  ...guards('lib/oauth/options/rules-id.ts', KEPT, [
    ['a token is known under a rule that its type breaks', '    tokenType,\n', ''],
    ['a token is known under a rule that its algorithm breaks', '    algorithms,\n', ''],
  ]),
  ...guards('lib/oauth/options/check-oauth-options.ts', WORKSPACES, [
    [
      'a symmetric key signs tokens',
      '!algorithms.every((name) => ASYMMETRIC.test(String(name)))',
      'algorithms.length > 100',
      'start-up',
    ],
    ['an issuer has a query', '!/[?#]/.test(issuer)', "issuer !== ''", 'start-up'],
    [
      'an address that changes hands names a person',
      "['sub', 'oid', 'uid'] as const",
      '[subjectClaim]',
      'start-up',
    ],
    [
      'the audience is switched off',
      '  if (fits) return given\n',
      '  if (fits || !given) return given\n',
      'start-up',
    ],
    [
      'a misspelt option is silently the default',
      'if (!Object.hasOwn(KNOWN, key))',
      "if (key === '')",
      'start-up',
    ],
    ['two servers are asked for one opaque token', '.length > 1)', '.length > 9)', 'start-up'],
    ['limits of time have no limit', 'given >= least && given <= most', 'given >= least', 'start-up'],
  ]),
  ...guards(
    'lib/oauth/options/scope-table.ts',
    [...SCOPES, ...WORKSPACES],
    [
      [
        'a scope that is not in the table is granted or repeated',
        'return names.filter((name) => found.has(name))',
        'return [...new Set([...found, ...tokenScopes])]',
      ],
      ['a scope of the table is a wildcard', "|| name.includes('*')", ''],
      ['a scope of the table splits the challenge', '!SCOPE_TOKEN.test(name) ||', ''],
    ],
  ),
  ...guards('lib/control-plane/operations/completion.ts', SCOPES, [
    [
      'values of a prompt are completed for a token that may not get it',
      '      await findPrompt(runtime, admitted, of.name)\n',
      '      void findPrompt\n',
    ],
  ]),
  ...guards('lib/oauth/resource.ts', METADATA, [
    ['a workspace id splits a header', 'encodeURIComponent(workspaceId)', 'workspaceId'],
  ]),
  ...guards('lib/control-plane/access/step-up.ts', SCOPES, [
    ['a tool that no scope grants is shown', 'scopes: oauth.scopes.grantable', "scopes: ['*']"],
    [
      'a key sees what it may not call',
      "if (oauth === null || credential.kind !== 'oauth') return credential",
      'if (oauth === null) return credential',
    ],
    ['a client loses what it had when it asks for more', '...(credential.oauth?.scopes ?? []),', ''],
  ]),
  ...guards('lib/control-plane/calls/authorize.ts', SCOPES, [
    ['a tool runs without the scope', '  requireScopes(runtime, admitted, tool.scopes)\n', ''],
  ]),
  ...guards(
    'lib/control-plane/admission/authenticate-token.ts',
    [...LIFETIMES, ...KEYS],
    [
      [
        'a session passes to another client',
        'digestJson([issuer, subject, clientId])',
        'digestJson([issuer, subject])',
        'session',
      ],
      [
        'a refresh ends sessions',
        'digestJson([issuer, subject, clientId])',
        "digestJson([issuer, subject, clientId, String(claims['jti'])])",
        'session',
      ],
      [
        'a client does not know when to come again',
        '    retryAfterSeconds: 5,\n',
        '',
        '503 without a challenge',
      ],
    ],
  ),
  ...guards(
    'lib/control-plane/admission/member.ts',
    [...TOKENS, ...WORKSPACES],
    [
      [
        'a token acts for a stranger or an inactive member',
        'if (member === null || !mayActFor(principal, member)) throw withAuditReason',
        'if (member === null) throw withAuditReason',
      ],
      ['a header names another member than the token', '(id === undefined || id === member.id) &&', ''],
      [
        'an address names another member than the token',
        'email.toLowerCase() === member.email.toLowerCase())\n  if',
        "email !== '')\n  if",
      ],
    ],
  ),
  ...guards('lib/control-plane/admission/admit.ts', WORKSPACES, [
    [
      'a stranger learns of a workspace by its flag',
      '      await assertNoStranger(runtime, authenticated)\n',
      '',
    ],
  ]),
  ...guards(
    'lib/mcp/http/token-credential.ts',
    [...TOKENS, ...PROOFS, ...OPAQUE],
    [
      [
        'a token and a key are one credential',
        "if (identityValue(headers['x-api-key']) !== undefined)",
        "if (identityValue(headers['x-api-key']) === '')",
      ],
      ['a key is sent to the authorization server', '!KEY.test(value)', "!KEY.test('')"],
    ],
  ),
  ...guards('lib/mcp/http/resource-metadata.ts', METADATA, [
    ['clients start a flow at the endpoint for keys', "endpoint' && route.takes === 'tokens'", "endpoint'"],
    [
      'a page reads more than the metadata',
      "res.setHeader('Access-Control-Allow-Origin', '*')",
      "res.setHeader('Access-Control-Allow-Origin', '*').setHeader('Access-Control-Allow-Credentials', 'true')",
    ],
    ['metadata is written to', "req.method !== 'GET' && req.method !== 'HEAD'", "req.method === ''"],
  ]),
  ...guards(
    'lib/mcp/router.ts',
    [...TOKENS, ...METADATA],
    [
      [
        'a token works at the endpoint for keys',
        "const takesTokens = route.kind === 'endpoint' && route.takes === 'tokens'",
        "const takesTokens = route.kind === 'endpoint'",
      ],
      [
        'a request says where clients sign in',
        '? resourceOf(publicUrl, oauth',
        "? resourceOf(new URL(publicUrl.pathname, 'http://'.concat(head.headers.host ?? '')), oauth",
      ],
    ],
  ),
  ...guards('lib/mcp/era-2026/listen-stream.ts', LIFETIMES, [
    [
      'a stream outlives its token',
      'Math.max(0, expiresAt.getTime() - Date.now())',
      'Math.max(600_000, expiresAt.getTime() - Date.now())',
      'listen',
    ],
  ]),
  ...guards('lib/testing/in-memory/members.ts', WORKSPACES, [
    [
      'a client has the key of a person',
      'keyed(workspaceId, kind, issuer, subject)',
      'keyed(workspaceId, issuer, subject)',
    ],
  ]),
  ...guards(
    'lib/adapter-kit/member-identity.ts',
    ['__tests__/postgres/contracts.test.ts'],
    [
      [
        'a client has the key of a person in PostgreSQL',
        'digestJson([kind, issuer, subject])',
        'digestJson([issuer, subject])',
      ],
      [
        'the subject of one server is that of another',
        'digestJson([kind, issuer, subject])',
        'digestJson([kind, subject])',
      ],
    ],
  ),
  ...guards(
    'lib/postgres/member-identities.ts',
    ['__tests__/postgres/apart.test.ts'],
    [
      [
        'a person is taken over by another member',
        'where linked.member_id = excluded.member_id',
        'where linked.member_id is not null',
      ],
      [
        'an identity of another workspace is removed',
        'where workspace_id = $1 and digest = $2 returning',
        'where $1::text is not null and digest = $2 returning',
      ],
      [
        'an identity of another workspace is found',
        'where workspace_id = $1 and digest = $2)`',
        'where digest = $2)`',
      ],
    ],
  ),
]
