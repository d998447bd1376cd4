// The end of a session that will not come back by itself: kicked, expired, blocked, removed. Says why and what is possible.
import { currentAccount, currentLink, logout, resume } from '../../im/client'

Page({
  data: { user: '', face: {} },

  onLoad() {
    const link = currentLink()
    this.setData({ user: currentAccount()?.user ?? '', face: link.kind === 'ended' ? link.face : {} })
  },

  again() {
    resume()
    wx.switchTab({ url: '/pages/conversations/index' })
  },

  switchUser() {
    void logout()
    wx.reLaunch({ url: '/pages/login/index' })
  },
})
