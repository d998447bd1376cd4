// What a developer may preset: by the query of the launch (DevTools: 编译模式 > 启动参数) or the last login.

export interface Settings {
  server: string
  appKey: string
  user: string
  /** The administrator's secret of a development server: for "kick me" only. */
  secret: string
}

export const settings: Settings = {
  server: 'http://127.0.0.1:8080',
  appKey: 'demo#chat',
  user: '',
  secret: '',
  ...wx.getStorageSync<Partial<Settings> | ''>('settings'),
}

export function keep(changed: Partial<Settings>): void {
  Object.assign(settings, changed)
  wx.setStorageSync('settings', settings)
}

/** A phone does not decode the values of a query. */
export function preset(query: Readonly<Record<string, string | undefined>>): void {
  const known = (Object.keys(settings) as (keyof Settings)[]).filter((name) => query[name] !== undefined)
  if (known.length) keep(Object.fromEntries(known.map((name) => [name, decodeURIComponent(query[name] ?? '')])))
}
