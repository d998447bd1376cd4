// The benchmarks there are, in the order of the page.
import type { Benchmark } from './benchmark'
import { herdBenchmark } from './herd/herd'
import { sizeBenchmark } from './size/size'
import { throughputBenchmark } from './throughput/throughput'
import { logBenchmark } from './log/log'
import { slotsBenchmark } from './slots/slots'
import { connectBenchmark } from './connect/connect'
import { growthBenchmark } from './growth/growth'
import { serverBenchmark } from './server/server'

export const ALL: readonly Benchmark[] = [
  sizeBenchmark,
  throughputBenchmark,
  connectBenchmark,
  slotsBenchmark,
  logBenchmark,
  herdBenchmark,
  growthBenchmark,
  serverBenchmark,
]
