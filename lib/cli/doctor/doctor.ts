/** The command `doctor`: examines an MCP endpoint from outside, and says what is wrong and what to do. */

import type { Command, ExitCode, Terminal } from '../kit/command.js'
import { UsageError } from '../kit/failures.js'
import { choose } from './examination/choose.js'
import { examine, type Result } from './examination/examine.js'
import { jsonReport } from './json-report.js'
import { createRedaction, keyName } from './kit/redaction.js'
import { exitCodeOf } from './report.js'
import { readSettings, type Settings } from './settings.js'
import { endText, groupText, type Style } from './text-report.js'

const HELP = `Usage: allv-mcp doctor URL [options]

Examines an MCP endpoint from outside: name, certificate, proxy, key, member, protocol, streams, tools. Says for each fault what was seen
and what to do. It changes nothing and calls no tool, unless --tool names one. It sends about 50 requests, to the host of URL only, unless
--oauth is examined.

  --key-env NAME      the API key is in this environment variable (without the option: ALLV_API_KEY, if it is set)
  --key-file FILE     the API key is in this file
  --key KEY           the API key itself; other users of this machine can read it
  --token-env NAME    an access token, in place of a key, is in this environment variable
  --oauth             also examine how people sign in; done without the option if the URL ends with /mcp/oauth. It sends a few requests to
                      the authorization servers that the endpoint names
  --member M          the id or email address of the member to work as
  --origin O          an origin whose web pages should be able to call, such as https://app.example.com
  --only A,B          run only these checks or groups, and those that they need, such as tools,http.redirect
  --timeout SECONDS   for one request; 10
  --slow              also hold an idle stream open for two minutes
  --idle SECONDS      the same for another time
  --tool NAME         call this tool; with --yes also if it does not say that it only reads
  --arguments JSON    the arguments of that call; {}
  --yes
  --allow-http        allow plain HTTP, and a self-signed certificate of your own machine
  --ca FILE           trust the certificates of this file in place of the public ones
  --json              print one JSON document, and nothing else
  --strict            let warnings count as failures
  -v, --verbose       show every check

Exit codes: 0 nothing failed, 1 a check failed, 2 the command line is wrong, 3 the host gave no answer at all.
`

/** `allv-mcp doctor`. */
export const doctor: Command = {
  help: HELP,
  async run(args, terminal) {
    const settings = readSettings(args, terminal)
    assertKnown(settings.examine.only)
    const { key = null } = settings.examine
    if (settings.keyInArguments)
      terminal.err('Warning: other users of this machine can read --key. Use --key-env or --key-file.\n')
    const redact = createRedaction(key)
    const startedAt = new Date()
    const results = settings.json
      ? await collect(settings)
      : await report(settings, terminal, redact(`Examining ${settings.url.href}${whoText(settings)}\n\n`))
    const interrupted = terminal.signal.aborted
    if (settings.json)
      terminal.out(jsonReport({ url: redact(settings.url.href), startedAt, results, interrupted }))
    return exitCodeOf(results, { strict: settings.strict, interrupted }) satisfies ExitCode
  },
}

function assertKnown(only: readonly string[] | undefined): void {
  try {
    choose(only)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new UsageError(`--only: ${error.message}`)
  }
}

async function collect({ url, examine: options }: Settings): Promise<readonly Result[]> {
  const results: Result[] = []
  for await (const result of examine(url, options)) results.push(result)
  return results
}

/** Writes each group when it is complete. */
async function report(settings: Settings, terminal: Terminal, head: string): Promise<readonly Result[]> {
  const style: Style = { colours: terminal.colours, verbose: settings.verbose }
  const results: Result[] = []
  let group: Result[] = []
  terminal.out(head)
  for await (const result of examine(settings.url, settings.examine)) {
    if (group[0] !== undefined && group[0].group !== result.group) {
      terminal.out(groupText(group, style))
      group = []
    }
    group.push(result)
    results.push(result)
  }
  terminal.out(groupText(group, style))
  terminal.out(endText(results, { interrupted: terminal.signal.aborted }))
  return results
}

function whoText({ examine: { key, isToken, member } }: Settings): string {
  const parts = [
    ...(key === undefined
      ? ['without a key']
      : [`with the ${isToken === true ? 'token' : 'key'} ${keyName(key)}`]),
    ...(member === undefined ? [] : [`as ${member}`]),
  ]
  return ` ${parts.join(' ')}`
}
