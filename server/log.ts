// What the operator reads: one line per event, fields after it. Tokens, passwords and message bodies are never among them.

export type Log = (event: string, fields?: Readonly<Record<string, string | number | boolean | undefined>>) => void

export const silent: Log = () => undefined

/** What a terminal would obey, or hide, is spelled out: C1 controls, DEL, and characters that turn or hide text. */
const printable = (text: string): string =>
  text.replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => `\\u${char.codePointAt(0)!.toString(16).padStart(4, '0')}`)

/** Lines such as `2026-11-20T08:00:00.000Z login user=alice address=127.0.0.1`. */
export const toLines =
  (write: (line: string) => void): Log =>
  (event, fields = {}) => {
    const told = Object.entries(fields).filter(([, value]) => value !== undefined)
    const text = told.map(
      ([name, value]) => ` ${name}=${/^[\w./:@-]*$/.test(String(value)) ? value : printable(JSON.stringify(value))}`,
    )
    write(`${new Date().toISOString()} ${event}${text.join('')}`)
  }
