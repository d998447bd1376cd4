// What happens where a server is not installed: the tests are skipped and say what to install; in CI they fail instead.

/** `describe` where nothing is missing. */
export const describeWith = (missing: string | undefined): jest.Describe => {
  if (missing === undefined) return describe
  if (process.env.CI === 'true') throw new Error(missing)
  process.stderr.write(`skipped: ${missing}\n`)
  return describe.skip
}
