// What happens where a machine lacks what a test needs: the test is skipped and says what to install; in CI it fails instead.

function where<Run extends { readonly skip: Run }>(run: Run, missing: string | undefined): Run {
  if (missing === undefined) return run
  if (process.env.CI) throw new Error(missing)
  process.stderr.write(`skipped: ${missing}\n`)
  return run.skip
}

/** `describe` where nothing is missing; else `missing` is one sentence that says what. */
export const describeWith = (missing: string | undefined): jest.Describe => where(describe, missing)

/** `test` where nothing is missing. */
export const testWith = (missing: string | undefined): jest.It => where(test, missing)
