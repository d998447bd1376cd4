// Whether a value is a text of the right form, and how to say that it is not.

/** What is wrong with a value that must be text of this form, or `undefined`. */
export const misfit = (value: unknown, form: RegExp): string | undefined =>
  typeof value === 'string' && form.test(value) ? undefined : `must match ${String(form)}`

/** What {@link isName} wants, in words. */
export const NAME = '1 to 64 of A-Z a-z 0-9 _ - . and not only dots'

/** What names a user, a group, a phone, an org or an app. Case-sensitive; dots alone would be lost in the path of a URL. */
export const isName = (value: unknown): value is string =>
  typeof value === 'string' && /^(?!\.+$)[\w.-]{1,64}$/.test(value)

// eslint-disable-next-line no-control-regex -- control characters are what it refuses
export const PASSWORD = /^[^\x00-\x1f\x7f]{1,128}$/
/** As a header and an MQTT password carry it. */
export const TOKEN = /^[\x21-\x7e]{1,8192}$/
