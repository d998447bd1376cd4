// What wx tells about the phone, and how a file leaves the mini-program: shared on phones, saved on PCs, else its path.
import { quietly } from '../ports/quietly'
import type { Device } from '../ports/device'
import type { WxApi, WxFailure } from './wx-api'
import { call } from './wx-call'

export const wxDevice = (wx: WxApi): Device => {
  const ask = <A extends keyof WxApi>(api: A): Partial<ReturnType<Extract<WxApi[A], () => object>>> =>
    quietly(() => (wx[api] as () => object)()) ?? {}

  const info = () => {
    // getSystemInfoSync is deprecated in favour of the two newer calls; old base libraries have only it.
    const told = wx.getDeviceInfo ? { ...ask('getAppBaseInfo'), ...ask('getDeviceInfo') } : ask('getSystemInfoSync')
    const { platform = '', model = '', system = '', version = '', SDKVersion = '' } = told
    const { appId = '', version: appVersion = '' } = ask('getAccountInfoSync').miniProgram ?? {}
    return { platform, model, system, client: version, baseLibrary: SDKVersion, appId, appVersion }
  }

  return {
    info,
    handOver: (path, fileName) => {
      const pc = /windows|mac|ohos_pc/i.test(info().platform)
      const api = pc ? 'saveFileToDisk' : 'shareFileMessage'
      return wx[api]
        ? call(wx, api, { filePath: path, fileName }).then(
            () => ({ how: pc ? 'saved' : 'shared', path }),
            ({ errMsg }: WxFailure) => {
              throw new Error(errMsg)
            },
          )
        : Promise.resolve({ how: 'path', path })
    },
  }
}
