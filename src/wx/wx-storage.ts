// wx storage as the Storage port: synchronous, small, and silent about failures. What it has no room for goes into a file.
import { quietly } from '../ports/quietly'
import type { Storage } from '../ports/storage'
import type { WxApi } from './wx-api'
import { placeOf } from './wx-files'

export const wxStorage = (wx: WxApi): Storage => {
  const { manager, root } = placeOf(wx)
  const folder = root + 'kept'
  const fileOf = (key: string) => `${folder}/${encodeURIComponent(key)}`
  const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined)

  return {
    get: (key) =>
      text(quietly(() => wx.getStorageSync!(key))) ?? text(quietly(() => manager!.readFileSync(fileOf(key), 'utf8'))),
    // False when it is full (10 MB) or refused, and there is no room for a file either.
    set: (key, value) =>
      quietly(() => (wx.setStorageSync!(key, value), true)) ??
      quietly(() => {
        quietly(() => manager!.mkdirSync(folder, true))
        manager!.writeFileSync(fileOf(key), value, 'utf8')
        // An older value must not stand before it.
        quietly(() => wx.removeStorageSync!(key))
        return true
      }) ??
      false,
    remove: (key) => {
      quietly(() => wx.removeStorageSync!(key))
      quietly(() => manager!.unlinkSync(fileOf(key)))
    },
  }
}
