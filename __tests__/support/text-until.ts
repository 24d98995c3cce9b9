/** Reads a stream that stays open. */

/** What comes until a text does; throws if the stream ends without it. */
export async function textUntil(
  stream: ReadableStreamDefaultReader<string> | undefined,
  wanted: string,
): Promise<string> {
  let text = ''
  while (!text.includes(wanted)) {
    const chunk = await stream?.read()
    if (chunk?.value === undefined) throw new Error(`the stream ended without ${wanted}: ${text}`)
    text += chunk.value
  }
  return text
}
