// Which payloads are for programs: nobody is shown them, and nobody keeps them (docs/protocol.md, section 4).

/** Older than the mark: their senders may leave it off. */
const unmarked: ReadonlySet<unknown> = new Set(['cmd', 'delivery', 'read', 'channel', 'sync'])

/** By what a payload says of itself. */
export const isControl = (type: unknown, control: unknown): boolean => control === true || unmarked.has(type)
