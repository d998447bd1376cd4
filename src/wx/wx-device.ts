// What wx tells about the phone and the app.
import { quietly } from '../ports/quietly'
import type { Device } from '../ports/device'
import { member } from './shapes'
import type { WxApi } from './wx-api'

export const wxDevice = (wx: WxApi): Device => {
  const ask = <A extends keyof WxApi>(api: A): Partial<ReturnType<Extract<WxApi[A], () => object>>> =>
    quietly(() => (wx[api] as () => object)()) ?? {}

  const info = () => {
    // getSystemInfoSync is deprecated in favour of the two newer calls; old base libraries have only it.
    const told = member(wx, 'getDeviceInfo')
      ? { ...ask('getAppBaseInfo'), ...ask('getDeviceInfo') }
      : ask('getSystemInfoSync')
    const { platform = '', model = '', system = '', version = '', SDKVersion = '' } = told
    const { appId = '', version: appVersion = '' } = ask('getAccountInfoSync').miniProgram ?? {}
    return { platform, model, system, client: version, baseLibrary: SDKVersion, appId, appVersion }
  }

  return { info }
}
