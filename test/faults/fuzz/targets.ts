// Everything of the SDK and its tools that parses what comes from outside.
import { closes } from './closes'
import type { Target } from './fuzz'
import { packets } from './packets'
import { payloads } from './payloads'
import { reports } from './reports'
import { rest } from './rest'
import { files, logFiles, storage } from './stored'
import { tokens } from './tokens'

export const targets: readonly Target[] = [packets, payloads, rest, storage, files, logFiles, tokens, closes, reports]
