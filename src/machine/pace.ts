// How many attempts there may be, whatever happens: each is paid for in time, and time alone pays it back.

/** Attempts that may follow one another at once, when none was made for a while. */
export const BURST = 10
/** What an attempt costs where `reconnectMaxDelay` asks for no quicker pace (ms): one in this time, in the long run. */
export const PRICE = 5_000
/** What an attempt costs at least (ms), and what one costs that the phone itself refused: no server heard of it. */
export const LEAST_PRICE = 1_000

/** What an attempt costs under a back-off that is capped at `cap` (ms). */
export const priceOf = (cap: number): number => Math.min(PRICE, Math.max(LEAST_PRICE, cap / 6))

/** When the next attempt may begin; `paid` is the time up to which the attempts so far are paid for. */
export const readyAt = (paid: number, price: number): number => paid - (BURST - 1) * price

export const pay = (paid: number, now: number, price: number): number => Math.max(paid, now) + price

/** The most attempts in any time so long (ms), for every sequence of events. */
export const mostWithin = (time: number, price: number): number => BURST + Math.ceil(time / price)
