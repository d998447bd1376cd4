// wx storage as the Storage port: synchronous, small, and silent about failures.
import type { Storage } from '../ports/storage'
import type { WxApi } from './wx-api'

export const wxStorage = (wx: WxApi): Storage => ({
  get: (key) => {
    try {
      const value = wx.getStorageSync?.(key)
      return typeof value === 'string' && value ? value : undefined
    } catch {
      return undefined
    }
  },
  set: (key, value) => {
    try {
      wx.setStorageSync?.(key, value)
      return wx.setStorageSync !== undefined
    } catch {
      return false // full (10 MB), or refused
    }
  },
  remove: (key) => {
    try {
      wx.removeStorageSync?.(key)
    } catch {
      // Nothing to remove, or nothing that can be done about it.
    }
  },
})
