// Login with a password or a token, registration, and where the server is. Every refusal is shown with its reason.
import { ErrorCode } from 'miniprogram-im'
import { login, logout, register, watch } from '../../im/client'
import { meant, wrongWith, type Field } from '../../im/names'
import { keep, settings } from '../../im/settings'
import { faceOf, type Face } from '../../im/words'
import { isUnfinished } from '../../probe/session'

type Mode = 'password' | 'token' | 'register'
type Typed = 'user' | 'password' | 'token' | 'server' | 'appKey' | 'timeout'

const firstMode = 'password' as Mode

/** Above the button: a refusal of the server, or what is wrong with a field. */
type Problem = Pick<Face, 'title' | 'hint'> & { readonly code?: number }

const fieldsOf: Readonly<Record<Mode, readonly (readonly [Typed, Field])[]>> = {
  password: [['user', 'user'], ['password', 'password']],
  token: [['user', 'user'], ['token', 'token']],
  register: [['user', 'user'], ['password', 'newPassword']],
} // prettier-ignore
const settingsFields = [['server', 'server'], ['appKey', 'appKey'], ['timeout', 'timeout']] as const // prettier-ignore

Page({
  data: {
    mode: firstMode,
    user: '',
    server: '',
    appKey: '',
    password: '',
    token: '',
    timeout: '10',
    multiDevice: false,
    more: false,
    unfinished: false,
    ready: false,
    busy: false,
    problem: null as Problem | null,
  },
  stop: (): unknown => undefined,

  onLoad() {
    const { user, server, appKey, password, multiDevice } = settings
    this.setData({ user, server, appKey, password, multiDevice: multiDevice !== '' })
    this.check()
    this.stop = watch(({ kind }) => {
      if (kind !== 'offline' || !this.data.busy) return
      this.setData({ problem: { title: '当前网络不可用', hint: '正在等待网络，恢复后会自动登录。' } })
    })
  },

  onShow() {
    this.setData({ unfinished: isUnfinished() })
  },

  onUnload() {
    this.stop()
  },

  choose(event: WechatMiniprogram.TouchEvent<object, object, { mode: Mode }>) {
    this.setData({ mode: event.currentTarget.dataset.mode, problem: null })
    this.check()
  },

  edit(event: WechatMiniprogram.Input<object, { field: Typed }>) {
    this.setData({ [event.currentTarget.dataset.field]: event.detail.value, problem: null })
    this.check()
  },

  onSeveral(event: WechatMiniprogram.SwitchChange) {
    this.setData({ multiDevice: event.detail.value })
  },

  check() {
    const { mode, user, password, token } = this.data
    this.setData({ ready: Boolean(user && (mode === 'token' ? token : password)) })
  },

  toggle() {
    this.setData({ more: !this.data.more })
  },

  /** What was typed as it is meant, or what is wrong with it. */
  read(): Readonly<Record<Typed, string>> | Problem {
    const { mode, user, password, token, server, appKey, timeout } = this.data
    const typed = {
      user: meant(user),
      password,
      token: meant(token),
      server: meant(server).replace(/([^/:])\/+$/, '$1'),
      appKey: meant(appKey),
      timeout,
    }
    for (const [name, kind] of [...fieldsOf[mode], ...settingsFields]) {
      const hint = wrongWith(kind, typed[name])
      if (!hint) continue
      if (settingsFields.some(([other]) => other === name)) this.setData({ more: true })
      return { title: '请检查填写的内容', hint }
    }
    this.setData(typed)
    return typed
  },

  async submit() {
    const { mode, ready, busy, multiDevice } = this.data
    if (!ready || busy) return
    const typed = this.read()
    if ('title' in typed) {
      this.setData({ problem: typed })
      return
    }
    const { user, password, token, server, appKey, timeout } = typed
    this.setData({ busy: true, problem: null })
    keep({ user, server, appKey, multiDevice: multiDevice ? '1' : '' })
    try {
      if (mode === 'register') await register({ server, appKey }, user, password)
      await login(
        { server, appKey, multiDevice },
        user,
        mode === 'token' ? { accessToken: token } : { pwd: password },
        Number(timeout),
      )
      wx.switchTab({ url: '/pages/conversations/index' })
    } catch (error) {
      this.setData({ problem: this.problemOf(error) })
    }
    this.setData({ busy: false })
  },

  problemOf(error: unknown): Problem | null {
    const face = faceOf(error, this.data.mode === 'token' ? undefined : 'password')
    if (face.code === ErrorCode.ConnectionClosed || face.code === ErrorCode.Destroyed) return null // the user pressed 取消
    const waited = this.data.problem // for the network, to the end
    return waited && face.code === ErrorCode.ConnectionTimeout ? { ...waited, hint: '连上网络后再点登录。' } : face
  },

  cancel() {
    void logout()
  },

  probe() {
    wx.navigateTo({ url: '/pages/probe/index' })
  },
})
