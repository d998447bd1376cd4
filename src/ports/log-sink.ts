// Where the platform itself takes log lines; each keeps to its own quota and drops what is beyond it.

export interface LogSink {
  /** `level` as in the log: 0 TRACE to 4 ERROR; `line` is one redacted record as JSON. Never throws. */
  write(level: number, line: string): void
}
