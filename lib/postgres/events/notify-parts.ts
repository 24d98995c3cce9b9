/** Splits an event into parts for NOTIFY, whose payload is less than 8000 bytes. One transaction delivers the parts in order. */

/** Bytes of JSON in one part. The JSON is ASCII, so characters are bytes. The rest of the 8000 bytes is for the header. */
const PART_BYTES = 7800

/** A part: `id index count text`. */
const PART = /^([0-9a-f-]+) (\d+) (\d+) (.*)$/s

/** Splits a value into parts. */
export function toParts(value: unknown): readonly string[] {
  const text = asciiJson(value)
  const count = Math.ceil(text.length / PART_BYTES)
  const id = crypto.randomUUID()
  return Array.from(
    { length: count },
    (_, index) => `${id} ${index} ${count} ${text.slice(index * PART_BYTES, (index + 1) * PART_BYTES)}`,
  )
}

/** Joins parts. Gives the whole text with its last part, `null` before that. A part that is out of order is dropped. */
export function createAssembly(): (part: string) => string | null {
  let current = { id: '', texts: [''] }
  return (part) => {
    const [, id = '', index = '', count = '', text = ''] = PART.exec(part) ?? []
    if (id === '') return null
    if (index === '0') current = { id, texts: [] }
    if (current.id !== id || current.texts.length !== Number(index)) return null
    current.texts.push(text)
    if (current.texts.length < Number(count)) return null
    const whole = current.texts.join('')
    current = { id: '', texts: [''] }
    return whole
  }
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
