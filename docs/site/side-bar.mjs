/** The order of the pages. A test compares it with the files: each page of docs/ is in it, besides the decisions. */

const page = (text, link) => ({ text, link })

export const SIDE_BAR = [
  {
    text: 'Start',
    items: [
      page('What it is', '/'),
      page('Getting started', '/guide/getting-started'),
      page('Install', '/guide/install'),
      page('Connect a client', '/guide/connect'),
      page('A client in Node', '/guide/node-client'),
      page('Hosts', '/guide/hosts'),
    ],
  },
  {
    text: 'Concepts',
    items: [
      page('Tools and schemas', '/guide/tools'),
      page('Approvals', '/guide/approvals'),
      page('Three ways in', '/guide/authentication'),
      page('Keys and scopes', '/guide/keys-and-scopes'),
      page('OAuth', '/guide/oauth'),
      page('OAuth: clients', '/guide/oauth-clients'),
      page('OAuth: authorization servers', '/guide/oauth-servers'),
      page('Memory', '/guide/memory'),
      page('Prompts and resources', '/guide/prompts-and-resources'),
      page('Tasks', '/guide/tasks'),
      page('Idempotency keys', '/guide/idempotency'),
      page('Events', '/guide/events'),
      page('Audit log', '/guide/audit'),
      page('Agent API', '/guide/agent-api'),
      page('Your own brand', '/guide/brand'),
    ],
  },
  {
    text: 'In production',
    items: [
      page('PostgreSQL', '/guide/postgresql'),
      page('Redis', '/guide/redis'),
      page('Many nodes', '/guide/many-nodes'),
      page('Shutting down', '/guide/shutting-down'),
      page('Security for hosts', '/guide/security'),
      page('What it costs', '/guide/cost'),
      page('Upgrading', '/guide/upgrading'),
    ],
  },
  {
    text: 'Command line',
    items: [
      page('Commands', '/guide/command-line'),
      page('Doctor', '/guide/doctor'),
      page('Verify', '/guide/verify'),
    ],
  },
  {
    text: 'Reference',
    items: [
      page('Options', '/reference/options'),
      page('Errors', '/reference/errors'),
      page('Adapters', '/reference/adapters'),
      page('Write your own store', '/adapters/own-store'),
      page('Audit events', '/reference/audit-events'),
      page('Protocol', '/reference/protocol'),
      page('HTTP', '/reference/http'),
    ],
  },
  {
    text: 'Project',
    items: [
      page('Changes', '/project/changelog'),
      page('Security policy', '/project/security'),
      page('Contributing', '/project/contributing'),
      page('Architecture', '/project/architecture'),
      page('Decisions', '/decisions/'),
      page('Bench', '/project/bench'),
    ],
  },
]
