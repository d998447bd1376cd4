// Our UTF-8 against Node's: the same bytes, the same text, the same refusals.
import fc from 'fast-check'
import { utf8Read, utf8Size, utf8Write } from '../../src/text/utf8'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function written(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Size(text))
  expect(utf8Write(text, bytes, 0)).toBe(bytes.length)
  return bytes
}

test('any text is written and read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const bytes = written(text)
      expect(Buffer.from(bytes).equals(Buffer.from(text))).toBe(true)
      expect(utf8Read(bytes, 0, bytes.length)).toBe(text)
    }),
    { numRuns: 500 },
  )
})

test('any bytes are read as Node reads them, or refused where it refuses them', () => {
  const near = fc.constantFrom(
    0x00,
    0x41,
    0x7f,
    0x80,
    0x8f,
    0x90,
    0x9f,
    0xa0,
    0xbf,
    0xc0,
    0xc1,
    0xc2,
    0xdf,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
    0xff,
  )
  let refused = 0
  fc.assert(
    fc.property(fc.array(near, { maxLength: 6 }), (list) => {
      const bytes = Uint8Array.from(list)
      let expected: string | undefined
      try {
        expected = strict.decode(bytes)
      } catch {
        refused++
      }
      if (expected === undefined) expect(() => utf8Read(bytes, 0, bytes.length)).toThrow('invalid UTF-8')
      else expect(utf8Read(bytes, 0, bytes.length)).toBe(expected)
    }),
    { numRuns: 5000 },
  )
  expect(refused).toBeGreaterThan(500)
})

test('long text, with pairs across every seam, is whole', () => {
  const text = `a${'😀中é'.repeat(10_000)}`
  const bytes = written(text)
  expect(utf8Read(bytes, 0, bytes.length)).toBe(text)
})

test('only the part that is asked for is read', () => {
  expect(utf8Read(Uint8Array.of(0xff, 0x61, 0x62, 0xff), 1, 3)).toBe('ab')
  expect(() => utf8Read(Uint8Array.of(0xe4, 0xb8, 0xad), 0, 2)).toThrow('invalid UTF-8')
})

test.each([['\ud800'], ['a\udc00'], ['\ud800\ud800'], ['\udc00\ud800'], ['x\ud83d']])(
  'half a pair in %j has no UTF-8',
  (text) => {
    expect(() => utf8Size(text)).toThrow('half a surrogate pair')
  },
)
