// Whether a value is a text of the right form, and how to say that it is not.

/** What is wrong with a value that must be text of this form, or `undefined`. */
export const misfit = (value: unknown, form: RegExp): string | undefined =>
  typeof value === 'string' && form.test(value) ? undefined : `must match ${String(form)}`
