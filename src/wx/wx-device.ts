// What wx tells about the phone, and how a file leaves the mini-program: shared on phones, saved on PCs, else its path.
import type { Device, DeviceInfo, Handover } from '../ports/device'
import type { WxApi, WxFailure } from './wx-api'

const quietly = <T>(read: () => T | undefined): Partial<T> => {
  try {
    return read() ?? {}
  } catch {
    return {}
  }
}

export const wxDevice = (wx: WxApi): Device => ({
  info: (): DeviceInfo => {
    // getSystemInfoSync is deprecated in favour of the two newer calls; old base libraries have only it.
    const old = wx.getDeviceInfo && wx.getAppBaseInfo ? {} : quietly(() => wx.getSystemInfoSync?.())
    const device = { ...old, ...quietly(() => wx.getDeviceInfo?.()) }
    const base = { ...old, ...quietly(() => wx.getAppBaseInfo?.()) }
    const app = quietly(() => wx.getAccountInfoSync?.().miniProgram)
    return {
      platform: device.platform ?? '',
      model: device.model ?? '',
      system: device.system ?? '',
      client: base.version ?? '',
      baseLibrary: base.SDKVersion ?? '',
      appId: app.appId ?? '',
      appVersion: app.version ?? '',
    }
  },

  handOver: (path, fileName) =>
    new Promise<Handover>((resolve, reject) => {
      const fail = ({ errMsg }: WxFailure) => reject(new Error(errMsg))
      if (wx.saveFileToDisk && isPc(wx))
        wx.saveFileToDisk({ filePath: path, success: () => resolve({ how: 'saved', path }), fail })
      else if (wx.shareFileMessage && !isPc(wx))
        wx.shareFileMessage({ filePath: path, fileName, success: () => resolve({ how: 'shared', path }), fail })
      else resolve({ how: 'path', path })
    }),
})

const isPc = (wx: WxApi): boolean =>
  /windows|mac|ohos_pc/i.test(
    (quietly(() => wx.getDeviceInfo?.() ?? wx.getSystemInfoSync?.()) as { platform?: string }).platform ?? '',
  )
