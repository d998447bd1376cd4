// What a developer may preset: by the query of the launch (DevTools: 编译模式 > 启动参数), else what the last login used.

export interface Settings {
  server: string
  appKey: string
  user: string
  /** Not empty: the user may be logged in on several devices at once. */
  multiDevice: string
  /** Of a development server's ready-made users; never kept. */
  password: string
  /** The administrator's secret of a development server, for "kick me" only; never kept. */
  secret: string
  /** The id of the subscribe message that tells of messages while away (mp.weixin.qq.com, 订阅消息); empty: nobody is asked. */
  template: string
  /** The app's own server that sends them (docs/notifications.md); empty: it is not told. */
  backend: string
}

type Kept = Pick<Settings, 'server' | 'appKey' | 'user' | 'multiDevice'>

export const settings: Settings = {
  server: 'http://127.0.0.1:7380',
  appKey: 'acme#chat',
  user: '',
  multiDevice: '',
  password: '',
  secret: '',
  template: '',
  backend: '',
  ...wx.getStorageSync<Kept | ''>('settings'),
}

export function keep({ server, appKey, user, multiDevice }: Kept): void {
  const kept: Kept = { server, appKey, user, multiDevice }
  Object.assign(settings, kept)
  wx.setStorageSync('settings', kept)
}

/** A phone does not decode the values of a query. */
export function preset(query: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(settings) as (keyof Settings)[])
    if (query[name] !== undefined) settings[name] = decodeURIComponent(query[name])
}
