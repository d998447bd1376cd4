// One life of the mini-program, from cold start to death: its JS thread and the `wx` that it was given.
// Models wechat-runtime.md section 4 (cold start: everything new) and 5.2 (any API but connectSocket may be absent:
// plugins, old base libraries).
// Extend: a new area of wx is one more `create...Api` joined here.
import type { Air } from './air'
import type { Clock } from './clock'
import { createDeviceApi, type DeviceFacts } from './device'
import type { Disk } from './disk'
import { createEvent } from './event'
import { createFileSystem } from './file-system'
import type { HttpPort } from './http-port'
import { createJsThread } from './js-thread'
import { createLogsApi, type WechatLogs } from './logs'
import { createNetworkApi } from './network'
import type { Profile, Quirks } from './quirks'
import { createRandomApi } from './random'
import { createRequestApi } from './request'
import { createShareApi, type SharedFile } from './share'
import { createSubscribeApi, type Subscriber } from './subscribe'
import { createSockets } from './sockets'
import { createStorageApi } from './storage'
import type { Trace } from './trace'

export interface ProcessDeps {
  readonly clock: Clock
  readonly skew: () => number
  readonly air: Air
  readonly http: HttpPort
  readonly disk: Disk
  readonly random: () => number
  readonly profile: Profile
  readonly quirks: Quirks
  readonly device: DeviceFacts
  readonly maxSockets: () => number
  readonly allowed: (url: string) => boolean
  readonly suspended: () => boolean
  readonly tapping: () => boolean
  readonly weak: () => boolean
  readonly without: readonly string[]
  readonly logs: WechatLogs
  readonly shared: SharedFile[]
  readonly subscriber: Subscriber
  readonly trace: Trace
  readonly count: (open: number) => void
  readonly overBudget: () => void
  readonly onError: (error: unknown) => void
}

export type AppProcess = ReturnType<typeof createAppProcess>
/** The whole of it; what `without` names is missing at run time, as on an old phone. */
export type Wx = AppProcess['wx']

const LAUNCH = { path: 'pages/index/index', query: {}, scene: 1001, shareTicket: '', referrerInfo: {} }

export function createAppProcess(deps: ProcessDeps) {
  const { clock, air, quirks, profile, without } = deps
  const js = createJsThread({ clock, skew: deps.skew, onError: deps.onError })
  const files = createFileSystem({ clock, js, disk: deps.disk, profile, quirks })
  const sockets = createSockets({ ...deps, js })
  const requests = createRequestApi({ ...deps, js, readFile: files.read, keepFile: files.keep })
  const network = createNetworkApi(js, air, quirks, deps.weak)
  const logs = createLogsApi(profile, deps.logs)
  const shown = createEvent<typeof LAUNCH>(js, quirks)
  const hidden = createEvent<object>(js, quirks)
  const memory = createEvent<{ level: number }>(js, quirks)

  const wx = {
    connectSocket: sockets.connectSocket,
    onAppShow: shown.on,
    offAppShow: shown.off,
    onAppHide: hidden.on,
    offAppHide: hidden.off,
    onMemoryWarning: memory.on,
    offMemoryWarning: memory.off,
    getLaunchOptionsSync: () => LAUNCH,
    nextTick: (run: () => void) => js.callSoon(run),
    canIUse: (name: string): boolean => (name.split('.')[0] ?? '') in wx,
    ...network.api,
    ...requests.api,
    ...files.api,
    ...logs.api,
    ...createStorageApi(js, deps.disk, quirks),
    ...createRandomApi(js, deps.random),
    ...createDeviceApi(deps.device),
    ...createShareApi({ js, profile, tapping: deps.tapping, readFile: files.read, shared: deps.shared }),
    ...createSubscribeApi({ ...deps, js }),
  }
  for (const name of without) {
    if (quirks.absent === 'undefined') Reflect.deleteProperty(wx, name)
    else
      Object.defineProperty(wx, name, {
        get() {
          throw new Error(`${name} is not there`)
        },
      })
  }

  return {
    wx,
    js,
    sockets,
    requests,
    network,
    tellShown() {
      if (quirks.showEvents) shown.emit(LAUNCH)
    },
    tellHidden() {
      hidden.emit({})
      logs.nextWindow()
    },
    tellMemory: () => memory.emit({ level: 10 }),
    kill() {
      js.kill()
      sockets.kill()
      requests.kill()
      files.kill()
    },
  }
}
