// What names may look like. Everything else is refused before it reaches a map, a topic, a file or the store.

/** Case-sensitive. Not only dots: a path of a URL loses those. */
const part = /^(?!\.+$)[A-Za-z0-9_.-]{1,64}$/

export const isUserName = (value: unknown): value is string => typeof value === 'string' && part.test(value)
export const isDeviceId = isUserName

/** An app key `org#app`; written `org/app` in paths, topics and client ids. */
export const isAppKey = (value: string): boolean => {
  const [org, app, ...rest] = value.split('#')
  return rest.length === 0 && part.test(org ?? '') && part.test(app ?? '')
}

export const pathOf = (appKey: string): string => appKey.replace('#', '/')

/** A client id `{org}/{app}/{user}` or `{org}/{app}/{user}/{deviceId}`, taken apart. */
export function parseClientId(id: string): { app: string; user: string; device?: string } | undefined {
  const [org, app, name, device, ...rest] = id.split('/')
  if (rest.length > 0 || !org || !app || !isUserName(name) || (device !== undefined && !isDeviceId(device)))
    return undefined
  return { app: `${org}/${app}`, user: name, ...(device === undefined ? {} : { device }) }
}
