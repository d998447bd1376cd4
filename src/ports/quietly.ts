// A call of the platform that may fail without harm: a failure is `undefined`.
export const quietly = <T>(work: () => T): T | undefined => {
  try {
    return work()
  } catch {
    return undefined
  }
}
