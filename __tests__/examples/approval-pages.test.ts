import { createAllvAgentApi } from 'allv-mcp'
import { createSalesHost, keys, member, operator } from '../support/sales-host.js'

/** The page of an approval, before and after its decision. */

const { adapters, pool, agent, call, ask, introduce } = await createSalesHost()
afterAll(() => pool.close())

const maria = member('maria@acme.test')
const show = async (id: string, who = operator) =>
  (await agent().get(`/approvals/${id}`).set(who).set('accept', 'text/html')).text
const press = (id: string, decision: string, who = operator, reason = '') =>
  agent()
    .post(`/approvals/${id}`)
    .set(who)
    .set('sec-fetch-site', 'same-origin')
    .type('form')
    .send({ decision, reason })
/** As a person reads it: no tags, no runs of space. */
const words = (text: string) =>
  text
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replace(/\s+/g, ' ')

it('links each approval to its own page, with only its id in the address', async () => {
  const { result } = await call('deals_delete', { dealId: 'deal_acme_1' })
  const { approvalId, url } = result._meta['ai.allv/approval']
  expect(url).toBe(`https://sales.example.com/approvals/${approvalId}`)
  expect(approvalId).toMatch(/^apr_[\w-]+$/)
})

it('shows the client, member, key, exact arguments and expiry on its page and in the list', async () => {
  const session = await introduce({ name: 'Cursor', version: '3.1' })
  const id = await ask('deals_delete', { dealId: 'deal_acme_2' }, { session })
  const list = (await agent().get('/approvals').set(operator).set('accept', 'text/html')).text
  const card = list.split('<article>').find((text) => text.includes(id)) ?? ''
  for (const text of [await show(id), card]) {
    expect(words(text)).toContain('Client Cursor 3.1 (by its own account, not verified)')
    expect(words(text)).toContain('As member maria@acme.test in ws_acme')
    expect(words(text)).toMatch(/Through key Acme demo key \(key_ws_acme_[0-9a-f]{8}\)/)
    expect(words(text)).toContain('Interface MCP')
    expect(words(text)).toMatch(/Expires \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/)
    expect(words(text)).toContain(
      'Deletes the deal "Giant magnet" (4000 euros, open) and its notes for good.',
    )
    expect(text).toContain('<pre>{\n  &quot;dealId&quot;: &quot;deal_acme_2&quot;\n}</pre>')
    expect(text).toContain(`action="/approvals/${id}"`)
  }
})

it('says when a client gives no name, and when the app itself asks', async () => {
  expect(words(await show(await ask('deals_delete', { dealId: 'a' })))).toContain('Client not named')
  const inbox = await createAllvAgentApi({ adapters, approvalHoldMs: 0 }).asMember({
    workspaceId: 'ws_acme',
    memberId: 'mem_maria',
    via: 'inbox',
  })
  const outcome = await inbox.callTool('deals.delete', { dealId: 'b' })
  const id = outcome.status === 'pending_approval' ? outcome.approval.id : ''
  expect(words(await show(id))).toMatch(/Through key inbox Interface Agent API, in the app itself/)
})

it('writes out characters that hide or reorder text, in arguments and in names', async () => {
  const session = await introduce({ name: '<b>Safe\u202etool', version: '1\u200b' })
  const id = await ask('deals_delete', { dealId: 'x\u202ey\u{e0041}<script>' }, { session })
  const text = await show(id)
  expect(text).toContain('&lt;b&gt;Safe\ufffdtool 1\\u200b')
  expect(text).toContain('x\\u202ey\\udb40\\udc41&lt;script&gt;')
  expect(text).not.toMatch(/[\u202e\u200b]|<script|<b>/)
})

it('forbids caches, frames and scripts', async () => {
  const id = await ask('deals_delete', { dealId: 'deal_acme_1' })
  for (const path of ['/approvals', `/approvals/${id}`, '/approvals/apr_none']) {
    const { headers, text } = await agent().get(path).set(operator).set('accept', 'text/html')
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'.*frame-ancestors 'none'$/)
    expect(text).not.toContain('<script')
  }
})

it('shows who decided, when, through which channel and why, and the outcome', async () => {
  const dealId = 'deal_acme_3'
  const id = await ask('deals_delete', { dealId })
  const pressed = await press(id, 'approve', operator, 'sold out')
  expect([pressed.status, pressed.headers['location']]).toEqual([303, `/approvals/${id}`])
  const approved = words(await show(id))
  expect(approved).toContain('Approved: it runs when the client asks again')
  expect(approved).toMatch(
    /Approved by operator, on the approvals page Decided [\d-]+ [\d:]+ UTC Reason sold out/,
  )
  await call('deals_delete', { dealId })
  const executed = words(await show(id, maria))
  expect(executed).toContain('Approved and executed')
  expect(executed).toMatch(
    /Execution began [\d-]+ [\d:]+ UTC Execution ended [\d-]+ [\d:]+ UTC Outcome succeeded/,
  )
})

it('shows a failed execution', async () => {
  const id = await ask('deals_delete', { dealId: 'deal_none' })
  await press(id, 'approve')
  await call('deals_delete', { dealId: 'deal_none' })
  expect(words(await show(id))).toMatch(/Reason none given .*Outcome failed \(TOOL_FAILED\)/)
})

it('offers no buttons when there is nothing to decide, and accepts no decision then', async () => {
  const denied = await ask('deals_delete', { dealId: 'deal_acme_4' })
  await press(denied, 'deny', operator, 'not now')
  const pending = await adapters.approvals.get({ id: await ask('deals_delete', { dealId: 'deal_acme_1' }) })
  if (pending === null) throw new Error('no approval was asked for')
  const expired = {
    ...pending,
    id: 'apr_expired',
    binding: 'of a call',
    runId: 'run_1',
    ttlMs: 1,
    replayMs: 0,
  }
  await adapters.approvals.request(expired)
  await new Promise((resolve) => setTimeout(resolve, 5))
  for (const [id, says] of [
    [denied, 'Denied by operator, on the approvals page'],
    ['apr_expired', 'Expired before anybody decided'],
  ] as const) {
    const refused = await press(id, 'approve')
    expect(refused.status).toBe(409)
    for (const text of [await show(id), refused.text]) {
      expect(words(text)).toContain(says)
      expect(text).not.toContain('<form')
    }
  }
})

describe('a change of memory', () => {
  const change = (args: object, caller?: object) => ask('agent_update_memory', args, caller)
  const read = async (key: string) => {
    const { result } = await call('agent_read_memory', { key })
    return result.structuredContent.entry
  }
  const diff = (text: string) =>
    [...text.matchAll(/<div class="(added|removed|same|left-out)">([^<]*)<\/div>/g)].map(([, , line]) => line)
  const put = (key: string, text: string) => adapters.memory.put('ws_acme', { key, text })

  it('is shown line by line against the entry as it is: replaced, with what stays left out', async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`)
    await put('company/lines', lines.join('\n'))
    const text = lines.join('\n').replace('line 10', 'line <ten>')
    const page = await show(await change({ key: 'company/lines', text }), maria)
    expect(diff(page)).toEqual([
      '6 unchanged lines',
      ...['  line 7', '  line 8', '  line 9', '- line 10', '+ line &lt;ten&gt;', '  line 11', '  line 12'],
      '  line 13',
      '7 unchanged lines',
    ])
    expect(words(page)).toMatch(/Replaces the entry, which is at revision \d+ now\. If it is changed before/)
  })

  it('is shown as what it appends, and as what it deletes', async () => {
    await put('company/list', 'one\ntwo\n')
    const appended = await show(
      await change({ key: 'company/list', operation: 'append', text: 'three\n' }),
      maria,
    )
    expect(diff(appended)).toEqual(['  one', '  two', '+ three'])
    expect(words(appended)).toContain('Appends to the entry')
    const deleted = await show(await change({ key: 'company/list', operation: 'delete' }), maria)
    expect(diff(deleted)).toEqual(['- one', '- two'])
    expect(words(deleted)).toContain('Deletes the entry')
  })

  it('is shown as a new entry where there is none, and as refused where there is none to delete', async () => {
    const made = await show(await change({ key: 'company/new', text: 'a\nb' }), maria)
    expect(diff(made)).toEqual(['+ a', '+ b'])
    expect(words(made)).toContain('There is no such entry yet: it would be made.')
    const none = await show(await change({ key: 'company/none', operation: 'delete' }), maria)
    expect(words(none)).toContain('it would be refused. There is no entry with this key to delete.')
    const both = await show(await change({ key: 'company/none', operation: 'delete', text: 'x' }), maria)
    expect(words(both)).toContain('it would be refused. To replace or append takes a text')
  })

  it('is shown as refused when the expected revision is stale', async () => {
    await put('company/pinned', 'old')
    const { revision: expectedRevision } = await read('company/pinned')
    const id = await change({ key: 'company/pinned', text: 'new', expectedRevision })
    expect(diff(await show(id, maria))).toEqual(['- old', '+ new'])
    expect(words(await show(id, maria))).toContain(`at revision ${expectedRevision} only`)
    await put('company/pinned', 'newer')
    const { revision } = await read('company/pinned')
    const stale = await show(id, maria)
    expect(words(stale)).toContain(
      `it would be refused. It expects revision ${expectedRevision}, and the entry is at revision ${revision}.`,
    )
    expect(diff(stale)).toEqual([])
    await press(id, 'approve', maria)
    const { result } = await call('agent_update_memory', {
      key: 'company/pinned',
      text: 'new',
      expectedRevision,
    })
    expect(result.isError).toBe(true)
  })

  it('is compared with its own workspace only, and not at all after it was made', async () => {
    const lin = { key: keys.ws_globex, email: 'lin@globex.test', workspace: 'ws_globex' }
    const args = { key: 'company/profile', text: 'We sell weather.' }
    const id = await change(args, lin)
    const who = member('lin@globex.test')
    expect(diff(await show(id, who))).toEqual([
      '- Globex sells to small and middle-sized companies.',
      '+ We sell weather.',
    ])
    await press(id, 'approve', who)
    await call('agent_update_memory', args, lin)
    expect(await show(id, who)).not.toContain('What it would do now')
  })
})
