// What a phone tells its observer: one line per thing that happened, for time-lines and for assertions.

export interface TraceEvent {
  /** World time, milliseconds since 1970. */
  readonly at: number
  readonly phone: string
  readonly what:
    | 'launch'
    | 'show'
    | 'hide'
    | 'suspend'
    | 'resume'
    | 'destroy'
    | 'network'
    | 'connect'
    | 'refused'
    | 'open'
    | 'close-asked'
    | 'end'
    | 'app-error'
  readonly detail: string
}

export type Trace = (what: TraceEvent['what'], detail?: string) => void
