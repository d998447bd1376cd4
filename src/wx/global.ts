// The `wx` of the platform, where there is one. Read when it is needed, so that importing the SDK touches nothing.
import type { WxApi } from './wx-api'

declare const wx: WxApi | undefined

export const globalWx = (): WxApi | undefined => (typeof wx === 'undefined' ? undefined : wx)
