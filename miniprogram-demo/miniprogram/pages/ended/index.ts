// The end of a session that will not come back by itself: kicked, expired, blocked, removed. Says why and what is possible.
import { currentAccount, currentLink, logout, resume } from '../../im/client'
import type { Help } from '../../im/words'

/** What is offered first: go on as the same user at once, or with a fresh login. The other way is always another user. */
type Offer = '' | 'resume' | 'login'
const offers: Readonly<Record<Help, Offer>> = {
  again: 'resume',
  none: 'resume',
  login: 'login',
  change: 'login',
  ask: '',
}

Page({
  data: { user: '', face: {}, offer: '' },

  onLoad() {
    const link = currentLink()
    if (link.kind !== 'ended') return
    this.setData({ user: currentAccount()?.user ?? '', face: link.face, offer: offers[link.face.help] })
  },

  again() {
    if (this.data.offer === 'login') {
      this.switchUser()
      return
    }
    resume()
    wx.switchTab({ url: '/pages/conversations/index' })
  },

  switchUser() {
    void logout()
    wx.reLaunch({ url: '/pages/login/index' })
  },
})
