// The app's life and the network as the App port. What the platform lacks is reported once and stays off.
import type { AppListener, AppPort } from '../ports/app'
import { invoke, member, networkOf, weaknessOf } from './shapes'
import type { WxApi } from './wx-api'
import { call } from './wx-call'

type Event = 'AppShow' | 'AppHide' | 'NetworkStatusChange' | 'NetworkWeakChange'

export const wxApp = (wx: WxApi, missing: (api: string) => void): AppPort => {
  const listeners: AppListener[] = []
  /** Changes of the network that were told: an answer that was on its way meanwhile is out of date. */
  let changes = 0

  const lacking: string[] = []
  const lack = (api: string) => {
    if (lacking.indexOf(api) >= 0) return
    lacking.push(api)
    missing(`wx.${api}`)
  }

  // A base library may lack the `off` of an `on`, or throw out of it; then our listener stays, but nobody hears through it.
  const subscribe = (event: Event, listener: (result: unknown) => void): (() => void) => {
    let heard = listener
    const entry = (result: unknown) => heard(result)
    if (!invoke(wx, `on${event}`, entry)) lack(`on${event}`)
    return () => {
      heard = () => undefined
      invoke(wx, `off${event}`, entry)
    }
  }

  const queryNetwork = () => {
    if (!member(wx, 'getNetworkType')) {
      lack('getNetworkType')
      return
    }
    const before = changes
    void call(wx, 'getNetworkType', {}).then(
      (result) => {
        const status = networkOf(result)
        if (status && changes === before) listeners.slice().forEach((listener) => listener.network(status))
      },
      () => undefined, // no answer is no news
    )
  }

  return {
    watch: (listener) => {
      const offs = [
        subscribe('AppShow', () => listener.shown()),
        // Without word of the return, the app would be taken for hidden.
        subscribe('AppHide', () => member(wx, 'onAppShow') && listener.hidden()),
        subscribe('NetworkStatusChange', (result) => {
          const status = networkOf(result)
          if (!status) return queryNetwork()
          changes++
          listener.network(status)
        }),
        subscribe('NetworkWeakChange', (result) => {
          const weak = weaknessOf(result)
          if (weak !== undefined) listener.weak(weak)
        }),
      ]
      listeners.push(listener)
      return () => {
        offs.forEach((off) => off())
        listeners.splice(listeners.indexOf(listener), 1)
      }
    },
    queryNetwork,
  }
}
