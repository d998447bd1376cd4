// What wx tells of the network: getNetworkType, onNetworkStatusChange, onNetworkWeakChange.
// Models wechat-runtime.md section 8: iOS says 'offline' where the typings say 'none'; the change event is a hint that
// may not come. What the change does to sockets is in phone.ts, what it does to traffic in air.ts.
import type { Air, NetworkType } from './air'
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
  const status = createEvent<NetworkStatus>(js, quirks)
  const weakness = createEvent<{ weakNet: boolean; networkType: string }>(js, quirks)
  const nameOf = (type: NetworkType) => (type === 'none' ? quirks.offlineType : type)
  const name = () => nameOf(air.conditions.type)
  const told = () => nameOf(quirks.networkAnswer === 'true' ? air.conditions.type : quirks.networkAnswer)
  const connected = () => (quirks.isConnected === 'true' ? air.conditions.type !== 'none' : quirks.isConnected)

  return {
    api: {
      getNetworkType: (options?: Callbacks<NetworkTypeResult>) =>
        answer(js, 'getNetworkType', options, () => ({ ok: { networkType: told(), weakNet: weak() } })),
      onNetworkStatusChange: status.on,
      offNetworkStatusChange: status.off,
      onNetworkWeakChange: weakness.on,
      offNetworkWeakChange: weakness.off,
    },
    changed() {
      if (quirks.networkEvents) status.emit({ isConnected: connected(), networkType: name() })
    },
    weakened: () => weakness.emit({ weakNet: weak(), networkType: name() }),
  }
}
