// WeChat's own typings satisfy the slice of `wx` that we typed ourselves: what we call is what they offer.
import EC, { type WxApi } from 'miniprogram-im'

export const slice: WxApi = wx
export const connection = new EC.connection({ appKey: 'acme#chat', url: 'wss://im.example.com/mqtt', wx })

// Seen to fail: a slice that asks for what wx has not.
// @ts-expect-error -- connectSocket gives a task, not a promise of one
export const wrong: { connectSocket: (options: { url: string }) => Promise<string> } = wx
