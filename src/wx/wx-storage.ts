// wx storage as the Storage port: synchronous, small, and silent about failures.
import { quietly } from '../ports/quietly'
import type { Storage } from '../ports/storage'
import type { WxApi } from './wx-api'

export const wxStorage = (wx: WxApi): Storage => ({
  get: (key) => {
    const value = quietly(() => wx.getStorageSync!(key))
    return typeof value === 'string' && value ? value : undefined
  },
  // False when it is full (10 MB), or refused.
  set: (key, value) => quietly(() => (wx.setStorageSync!(key, value), true)) ?? false,
  remove: (key) => {
    quietly(() => wx.removeStorageSync!(key))
  },
})
