// Node as the platform of a connection: a process that is never hidden, with a network that is taken to be there.
import { arch, platform, release } from 'node:os'
import type { Clock } from '../ports/clock'
import type { MessagesPlatform, Platform } from '../ports/platform'
import { keptInFolder, keptInMemory, type Kept } from './node-files'
import { nodeHttp, nodeUpload } from './node-http'
import { installedWs, nodeJudge, nodeSockets } from './node-socket'

/** The longest that a timer can wait (ms); it may come early then, and is armed again. */
const LONGEST = 0x7fffffff

export const nodeClock: Clock = {
  now: Date.now,
  schedule: (run, delay) => {
    const timer = setTimeout(run, Math.min(delay, LONGEST))
    return () => clearTimeout(timer)
  },
}

export interface NodePlatform extends Platform {
  readonly native: Kept
}

/** `folder`: where the device id, the last good endpoints and the history are kept. */
export const nodePlatform = (folder: string | undefined): NodePlatform => {
  const kept = folder === undefined ? keptInMemory() : keptInFolder(folder)
  return {
    name: 'node',
    clock: nodeClock,
    random: Math.random,
    sockets: nodeSockets(installedWs()),
    judge: nodeJudge,
    app: { watch: () => () => undefined, queryNetwork: () => undefined },
    device: {
      info: () => ({
        platform: platform(),
        model: arch(),
        system: release(),
        client: `node ${process.version}`,
        baseLibrary: '',
        appId: '',
        appVersion: '',
      }),
    },
    storage: kept.storage,
    http: nodeHttp,
    native: kept,
  }
}

export const nodeMessages = ({ native }: Platform): MessagesPlatform => ({
  files: (native as Kept).files,
  upload: nodeUpload,
})
