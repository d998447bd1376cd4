// What wx tells of the network: getNetworkType, onNetworkStatusChange, onNetworkWeakChange.
// Models wechat-runtime.md section 8: iOS says 'offline' where the typings say 'none'; the change event is a hint that
// may not come. What the change does to sockets is in phone.ts, what it does to traffic in air.ts.
import type { Air } from './air'
import { answer, type Callbacks } from './call'
import { createEvent } from './event'
import type { JsThread } from './js-thread'
import type { Quirks } from './quirks'

export interface NetworkTypeResult {
  networkType: string
  weakNet: boolean
}
export interface NetworkStatus {
  isConnected: boolean
  networkType: string
}

export function createNetworkApi(js: JsThread, air: Air, quirks: Quirks, weak: () => boolean) {
  const status = createEvent<NetworkStatus>(js)
  const weakness = createEvent<{ weakNet: boolean; networkType: string }>(js)
  const name = () => (air.conditions.type === 'none' ? quirks.offlineType : air.conditions.type)

  return {
    api: {
      getNetworkType: (options?: Callbacks<NetworkTypeResult>) =>
        answer(js, 'getNetworkType', options, () => ({ ok: { networkType: name(), weakNet: weak() } })),
      onNetworkStatusChange: status.on,
      offNetworkStatusChange: status.off,
      onNetworkWeakChange: weakness.on,
      offNetworkWeakChange: weakness.off,
    },
    changed() {
      if (quirks.networkEvents) status.emit({ isConnected: air.conditions.type !== 'none', networkType: name() })
    },
    weakened: () => weakness.emit({ weakNet: weak(), networkType: name() }),
  }
}
