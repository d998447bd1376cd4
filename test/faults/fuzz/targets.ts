// Everything that parses what comes from outside: of the SDK, of its tools, of the server.
import { closes } from './closes'
import type { Target } from './fuzz'
import { packets } from './packets'
import { payloads } from './payloads'
import { reports } from './reports'
import { rest } from './rest'
import { files, logFiles, storage } from './stored'
import { tokens } from './tokens'
import { serverPackets } from '../server/packets'
import { serverRest } from '../server/rest'

export const targets: readonly Target[] = [
  packets,
  payloads,
  rest,
  storage,
  files,
  logFiles,
  tokens,
  closes,
  reports,
  serverPackets,
  serverRest,
]
