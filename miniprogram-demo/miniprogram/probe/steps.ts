// Every question of the probe, in the order in which it is asked: first what needs nobody, last what takes long.
import type { Step } from './bench'
import { away, call, longAway } from './steps/away'
import { budget } from './steps/budget'
import { capacity } from './steps/capacity'
import { disk, killed } from './steps/disk'
import { ending, views } from './steps/ending'
import { failing } from './steps/failing'
import { machine } from './steps/machine'
import { lost, moved } from './steps/network'
import { opening } from './steps/opening'

export const steps: readonly Step[] = [
  machine,
  opening,
  views,
  ending,
  budget,
  capacity,
  disk,
  failing,
  away,
  lost,
  moved,
  call,
  killed,
  longAway,
]
