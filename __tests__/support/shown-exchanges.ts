/** The `curl` commands of a document, each with the program that it calls and the answer that the document prints. */

import { spawn } from 'node:child_process'
import type { Snippet } from './snippets.js'

export interface Exchange {
  readonly command: Snippet
  /** `null`: the document prints none. */
  readonly answer: Snippet | null
}

/** The commands that follow a program, up to the next program. */
export function exchangesOf(program: Snippet, snippets: readonly Snippet[]): readonly Exchange[] {
  const after = snippets.slice(snippets.indexOf(program) + 1)
  const end = after.findIndex(({ language }) => language === 'ts')
  const block = end === -1 ? after : after.slice(0, end)
  return block.flatMap((command, i) => {
    if (command.language !== 'sh' || !/^curl [^|]*127\.0\.0\.1:3000/.test(command.text)) return []
    const next = block[i + 1]
    const answer =
      command.waits === null
        ? next?.language === 'json' && next.answers === null
          ? next
          : null
        : block.find(({ answers }) => answers === command.waits)
    return [{ command, answer: answer ?? null }]
  })
}

/**
 * Runs the commands one after the other. A command with `waits` is left waiting for its answer, and the command after it is repeated until it
 * gives the answer that is printed: only then is what it acts on there.
 *
 * @returns What each command printed, in the order of the document.
 */
export async function holdConversation(
  exchanges: readonly Exchange[],
  port: number,
): Promise<readonly unknown[]> {
  const answers: Promise<unknown>[] = []
  let someoneWaits = false
  for (const { command, answer } of exchanges) {
    let answered = ask(command, port)
    if (command.waits !== null) someoneWaits = true
    else {
      while (someoneWaits && JSON.stringify(await answered) !== JSON.stringify(printed(answer)))
        answered = ask(command, port)
      await answered
      someoneWaits = false
    }
    answers.push(answered)
  }
  return Promise.all(answers)
}

function ask({ text }: Snippet, port: number): Promise<unknown> {
  const here = text.replaceAll(/127\.0\.0\.1:3000/g, `127.0.0.1:${port}`)
  const child = spawn('sh', ['-c', here.replace(/^curl /, 'curl --silent --show-error ')])
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((done) => child.once('close', () => done(readAnswer(output))))
}
/** The answer as the document prints it. */
export function printed(answer: Snippet | null): unknown {
  return answer === null ? null : readAnswer(answer.text)
}

/** Ids are made anew for each call. */
function readAnswer(text: string): unknown {
  const same = text.trim().replaceAll(/\b(run|apr|req)_[\w-]+/g, '$1_…')
  try {
    return JSON.parse(same)
  } catch {
    return same
  }
}
