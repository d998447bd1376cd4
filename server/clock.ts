// Time that never jumps: milliseconds since 1970 as the machine believed at our start, and from then on a steady count.
// Keep-alives, windows of flow control and throttles, and the lives of sessions, messages and wills are measured by it.
// Only what others have written down (a token's `exp`) and what people read is told by the wall clock.

const origin = Date.now() - performance.now()

export const steadyNow = (): number => Math.floor(origin + performance.now())
