// Small values that outlive the app: the device id, the last good endpoints. Never throws: a failure is `undefined` or `false`.

export interface Storage {
  get(key: string): string | undefined
  set(key: string, value: string): boolean
  remove(key: string): void
}
