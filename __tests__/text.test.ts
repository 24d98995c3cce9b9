import {
  cleanName,
  cleanText,
  cut,
  isStorableText,
  visibleText,
  wellFormed,
  wellFormedJson,
} from '../lib/foundation/text/text.js'

const HALF = '\ud83d'

describe('wellFormed', () => {
  it.each([
    ['x👍'.slice(0, 2), 'x\ufffd'],
    ['\udc4d👍', '\ufffd👍'],
    ['plain', 'plain'],
  ])('writes U+FFFD for a lone surrogate: %j', (given, wanted) => {
    expect(wellFormed(given)).toBe(wanted)
  })
})

describe('cut', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    ['ab👍', 3, 'ab'],
    ['ab👍', 4, 'ab👍'],
    ['👍', 1, ''],
    ['', 5, ''],
  ])('%j at %i is %j', (given, most, wanted) => {
    expect(cut(given, most)).toBe(wanted)
  })
})

describe('cleanName', () => {
  it.each([
    '\0',
    '\n',
    '\r',
    '\t',
    '\x1b',
    '\x85',
    '\u2028',
    '\u2029',
    '\u202e',
    '\u2066',
    '\u200e',
    '\u061c',
    HALF,
  ])('replaces %j, so that no two names become one', (character) => {
    expect(cleanName(`a${character}b`, 100)).toBe('a\ufffdb')
  })

  it('is at most as long as requested, and well-formed after a cut', () => {
    expect(cleanName(`${'n'.repeat(99)}🚀`, 100)).toBe('n'.repeat(99))
    expect(cleanName('n'.repeat(5000), 100)).toHaveLength(100)
  })

  it.each(['Müller', 'città', '名前', '👨‍👩‍👧', 'میرزا‌خان'])('leaves %s as it is', (name) => {
    expect(cleanName(name, 100)).toBe(name)
  })
})

it('cleans text of what a column cannot store, and keeps its lines', () => {
  expect(cleanText(`a\0b\n${HALF}c`, 100)).toBe('a\ufffdb\n\ufffdc')
  expect(isStorableText('a\nb')).toBe(true)
  expect(isStorableText('a\0b')).toBe(false)
  expect(isStorableText(HALF)).toBe(false)
})

describe('visibleText', () => {
  it.each([
    ['/tmp/\u202Etxt.exe\u2066', '/tmp/\\u202etxt.exe\\u2066'],
    ['a\u200bb', 'a\\u200bb'],
    ['\u3164\u115f\u1160\uffa0\u2800', '\\u3164\\u115f\\u1160\\uffa0\\u2800'],
    ['\ufe0f\u034f\u180b', '\\ufe0f\\u034f\\u180b'],
    ['\u{e0100}\u{e0041}', '\\udb40\\udd00\\udb40\\udc41'],
    ['\0\x07\x7f', '\\u0000\\u0007\\u007f'],
    [HALF, '\\ud83d'],
    ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
    ['Müller 名前 👍', 'Müller 名前 👍'],
  ])('writes out hidden characters in %j', (given, wanted) => {
    expect(visibleText(given)).toBe(wanted)
  })

  it('leaves JSON the same JSON', () => {
    const value = { path: '/tmp/\u202Etxt.exe\u2066', tag: '\u{e0041}', filler: '\u3164' }
    expect(JSON.parse(visibleText(JSON.stringify(value)))).toEqual(value)
  })
})

describe('wellFormedJson', () => {
  const strings = [
    '',
    'a',
    '\ud83d',
    '\ude00',
    '\ud83d\ud83d',
    '\ude00\ud83d',
    '👍',
    '\ud83d👍',
    '\\ud83d',
    '\\\\ud83d',
    '\\\ud83d',
  ]
  const more = [
    '\\ud',
    '\\ud\ud83d',
    '\\\\ud\ude00',
    'ud83d',
    '\ud7ff',
    '\ue000',
    '"\ud83d"',
    '\n\ud83d\t',
    '\\ud\\ud\ud83d\\ud83d',
  ]
  const parts = [...strings, ...more]
  it.each(parts.flatMap((a) => parts.map((b) => a + b)).map((text) => [JSON.stringify(text), text]))(
    'is the JSON of the well-formed text: %s',
    (_, text) => {
      expect(JSON.parse(wellFormedJson(JSON.stringify([text, { [text]: text }])))).toEqual([
        text.toWellFormed(),
        { [text.toWellFormed()]: text.toWellFormed() },
      ])
    },
  )
  it('leaves pairs of escapes as they are', () => {
    const json = String.raw`["\ud83d\ude00\ud83d","\\ud83d\ude00"]`
    expect(wellFormedJson(json)).toBe(String.raw`["\ud83d\ude00\ufffd","\\ud83d\ufffd"]`)
  })
  it('gives text without lone surrogates as it is', () => {
    const json = JSON.stringify({ a: '👍', b: 'plain', c: '\\n' })
    expect(wellFormedJson(json)).toBe(json)
  })
})
