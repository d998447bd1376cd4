// Login with a password or a token, registration, and where the server is. Every refusal is shown with its reason.
import { login, logout, register } from '../../im/client'
import { keep, settings } from '../../im/settings'
import { faceOf, type Face } from '../../im/words'

type Mode = 'password' | 'token' | 'register'
type Field = 'user' | 'password' | 'token' | 'server' | 'appKey' | 'timeout'

Page({
  data: {
    mode: 'password',
    user: '',
    server: '',
    appKey: '',
    password: '',
    token: '',
    timeout: '10',
    more: false,
    ready: false,
    busy: false,
    face: null as Face | null,
  },

  onLoad() {
    const { user, server, appKey, password } = settings
    this.setData({ user, server, appKey, password })
    this.check()
  },

  choose(event: WechatMiniprogram.TouchEvent<object, object, { mode: Mode }>) {
    this.setData({ mode: event.currentTarget.dataset.mode, face: null })
    this.check()
  },

  edit(event: WechatMiniprogram.Input<object, { field: Field }>) {
    this.setData({ [event.currentTarget.dataset.field]: event.detail.value })
    this.check()
  },

  check() {
    const { mode, user, password, token } = this.data
    this.setData({ ready: Boolean(user && (mode === 'token' ? token : password)) })
  },

  toggle() {
    this.setData({ more: !this.data.more })
  },

  async submit() {
    const { mode, user, password, token, server, appKey, timeout, ready, busy } = this.data
    if (!ready || busy) return
    this.setData({ busy: true, face: null })
    keep({ user, server, appKey })
    try {
      if (mode === 'register') await register({ server, appKey }, user, password)
      await login(
        { server, appKey },
        user,
        mode === 'token' ? { accessToken: token } : { pwd: password },
        Number(timeout),
      )
      wx.switchTab({ url: '/pages/conversations/index' })
    } catch (error) {
      const face = faceOf(error)
      this.setData({ face: face.code === 35004 || face.code === 35003 ? null : face }) // the user pressed 取消
    }
    this.setData({ busy: false })
  },

  cancel() {
    void logout()
  },
})
