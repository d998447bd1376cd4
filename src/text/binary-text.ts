// Keeps log text as UTF-8, one character per byte: its length is its size, and an engine stores it in that many bytes.
// (A JavaScript string with one Chinese character takes two bytes for every letter in it.)
/* eslint-disable @typescript-eslint/no-deprecated -- `escape` and `unescape` are no good for URLs, but good for just this, and in every engine */

/** Half a surrogate pair becomes U+FFFD. */
export const wellFormed = (text: string): string => text.replace(/[\ud800-\udfff]/gu, '\ufffd')

/** UTF-8, one character per byte. */
export const toUtf8 = (text: string): string => {
  // eslint-disable-next-line no-control-regex -- the whole of ASCII is meant
  if (!/[^\x00-\x7f]/.test(text)) return text
  try {
    return unescape(encodeURIComponent(text))
  } catch {
    return toUtf8(wellFormed(text))
  }
}

/** The text again; only ever given what `toUtf8` made, cut between characters. */
export const fromUtf8 = (utf8: string): string => decodeURIComponent(escape(utf8))
