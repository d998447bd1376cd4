// Who a connection is to the servers: its phone, its SDK, and the names of its user.
import type { Settings } from '../connection/options'
import type { Random } from '../ports/clock'
import type { Platform } from '../ports/platform'
import { isName } from '../text/form'
import { VERSION } from '../version'

const KEY = 'miniprogram-im.device'

const randomId = (random: Random): string => {
  let id = ''
  while (id.length < 16) id += Math.floor(random() * 16).toString(16)
  return id
}

export const identityOf = (
  { org, app, deviceId: given, multiDevice, usernameFormat }: Settings,
  { name, random, storage, device }: Platform,
) => {
  const kept = storage.get(KEY)
  const deviceId = given ?? (isName(kept) ? kept : randomId(random))
  if (given === undefined && deviceId !== kept) storage.set(KEY, deviceId)
  const system = device.info().platform
  /** Absent where the phone does not tell: a server with an app check on refuses that (31005). */
  const platform = system && `${name}-${system.toLowerCase()}`
  return {
    deviceId,
    /** For servers that decide before MQTT begins. */
    header: { ...(platform && { 'x-im-platform': platform }), 'x-im-device': deviceId },
    /** For CONNECT in MQTT 5. */
    properties: { ...(platform && { platform }), deviceId, sdk: VERSION },
    named: (user: string) => ({
      userName: usernameFormat.replace('{user}', user).replace('{org}', org).replace('{app}', app),
      clientId: `${org}/${app}/${user}${multiDevice ? `/${deviceId}` : ''}`,
    }),
  }
}
