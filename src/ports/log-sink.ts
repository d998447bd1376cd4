// Where the platform itself takes log records; each keeps to its own quota and drops what is beyond it.

/** `level` as in the log: 0 TRACE to 4 ERROR; the record is free of secrets. May throw. */
export type LogSink = (record: { readonly level: number }) => void
