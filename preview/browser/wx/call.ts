// How an asynchronous wx API answers: through success/fail/complete where one is given, else through a promise.

export interface Callbacks<Result = object> {
  success?(result: Result & { errMsg: string }): void
  fail?(error: { errMsg: string }): void
  complete?(result: object): void
}

/** Runs `work` and reports its result as `name:ok`, its exception as `name:fail <message>`. */
export function answer<Result extends object>(
  name: string,
  options: Callbacks<Result> | undefined,
  work: () => Result | Promise<Result>,
): Promise<Result> | undefined {
  const settled = new Promise<Result>((resolve) => resolve(work())).then(
    (result) => {
      const full = { ...result, errMsg: `${name}:ok` }
      options?.success?.(full)
      options?.complete?.(full)
      return full
    },
    (error: unknown) => {
      const failure = { errMsg: `${name}:fail ${error instanceof Error ? error.message : String(error)}` }
      options?.fail?.(failure)
      options?.complete?.(failure)
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- as a phone rejects: with an object that has an errMsg
      if (!options?.fail && !options?.complete && !options?.success) throw failure
      return undefined as never
    },
  )
  if (options?.success ?? options?.fail ?? options?.complete) return undefined
  return settled
}
