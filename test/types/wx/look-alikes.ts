// Other objects than WeChat's satisfy the option `wx`: the members of their published typings that differ from WeChat's,
// copied here; examples/uni-app and examples/taro are checked against the whole of them (npm run test:frameworks).
/* eslint-disable @typescript-eslint/no-explicit-any -- as they are published */
import type { ConnectionOptions } from 'miniprogram-im'

/** WeChat's, with other signatures for some members. */
type Instead<Members> = Omit<typeof wx, keyof Members> & Members

/** @dcloudio/types 3.4.28, uni-app/uni-patches/wx/index.d.ts. */
declare const uni: Instead<{
  getRealtimeLogManager(): {
    info(args: any[]): void
    warn(args: any[]): void
    error(args: any[]): void
  }
}>

/** The same with rest parameters, as other versions and WeChat itself have it. */
declare const rest: Instead<{ getRealtimeLogManager(): { warn(...args: any[]): void; error(...args: any[]): void } }>

/** @tarojs/taro 4.1.11, types/api/network/websocket.d.ts and types/api/base/debug.d.ts. */
declare const Taro: Instead<{
  connectSocket(option: WechatMiniprogram.ConnectSocketOption): Promise<WechatMiniprogram.SocketTask>
  getLogManager(res?: { level?: 0 | 1 }): { info(...args: any[]): void; warn(...args: any[]): void }
}>

export const options: ConnectionOptions['wx'][] = [uni, rest, Taro]

// Seen to fail: a promise of something else.
declare const wrong: Instead<{ connectSocket(option: WechatMiniprogram.ConnectSocketOption): Promise<string> }>
// @ts-expect-error -- connectSocket gives a task, or a promise of one
options.push(wrong)
