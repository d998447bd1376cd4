// The app's life and the network as the App port. What the platform lacks is reported once and stays off.
import type { AppListener, AppPort } from '../ports/app'
import type { WxApi } from './wx-api'

type Event = 'AppShow' | 'AppHide' | 'NetworkStatusChange' | 'NetworkWeakChange'

// iOS says `offline` where the documentation says `none`.
const isConnected = (type: string): boolean => type !== 'none' && type !== 'offline'

export const wxApp = (wx: WxApi, missing: (api: string) => void): AppPort => {
  const listeners: AppListener[] = []
  /** Changes of the network that were told: an answer that was on its way meanwhile is out of date. */
  let changes = 0

  const lacking: string[] = []
  const lack = (api: string) => {
    if (lacking.indexOf(api) >= 0) return
    lacking.push(api)
    missing(api)
  }

  // A base library may lack the `off` of an `on`; then our ear stays, but nobody hears through it any more.
  const subscribe = (event: Event, listener: (result: never) => void): (() => void) => {
    const on = wx[`on${event}`] as ((listener: (result: never) => void) => void) | undefined
    const off = wx[`off${event}`] as typeof on
    if (!on) {
      lack(`wx.on${event}`)
      return () => undefined
    }
    let heard = listener
    const ear = (result: never) => heard(result)
    on.call(wx, ear)
    return () => {
      heard = () => undefined
      off?.call(wx, ear)
    }
  }

  return {
    watch: (listener) => {
      const offs = [
        subscribe('AppShow', () => listener.shown()),
        // Without word of the return, the app would be taken for hidden for ever.
        subscribe('AppHide', () => wx.onAppShow && listener.hidden()),
        subscribe(
          'NetworkStatusChange',
          ({ isConnected: connected, networkType }: { isConnected: boolean; networkType: string }) => {
            changes++
            listener.network({ connected: connected && isConnected(networkType), type: networkType })
          },
        ),
        subscribe('NetworkWeakChange', ({ weakNet }: { weakNet: boolean }) => listener.weak(weakNet)),
      ]
      listeners.push(listener)
      return () => {
        offs.forEach((off) => off())
        listeners.splice(listeners.indexOf(listener), 1)
      }
    },
    queryNetwork: () => {
      if (!wx.getNetworkType) return lack('wx.getNetworkType')
      const before = changes
      wx.getNetworkType({
        success: ({ networkType }) => {
          if (changes !== before) return
          listeners
            .slice()
            .forEach((listener) => listener.network({ connected: isConnected(networkType), type: networkType }))
        },
      })
    },
  }
}
