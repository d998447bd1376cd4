// Which events there are, by name, those of the messages part included: a misspelt one would be silence.

/** What is told as `on…Message`. */
const messages = [
  'Text',
  'Custom',
  'Cmd',
  'Image',
  'File',
  'Location',
  'Received',
  'Delivered',
  'Read',
  'Channel',
  'Recall',
] as const

/** A test holds them to `EventMap`. */
export const eventNames = [
  'onConnected',
  'onReconnecting',
  'onDisconnected',
  'onOnline',
  'onOffline',
  'onTokenWillExpire',
  'onTokenExpired',
  'onError',
  'onStateChange',
  'onRawMessage',
  'onWaiting',
  'onMessages',
  'onMessageFailed',
  'onOfflineMessageSyncStart',
  'onOfflineMessageSyncFinish',
  'onStoreOpened',
  'onGroupEvent',
  ...messages.map((name) => `on${name}Message` as const),
] as const

/** How many letters have to be changed, added or left out to make one name of the other. */
const distance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)))
    row = next
  }
  return row[other.length]!
}

/** The names of the events that an object has handlers of, its class included; its other members are its own business. */
export const eventsOf = (handlers: Readonly<Record<string, unknown>>): string[] => {
  const own = Object.keys(handlers).filter((name) => /^on/i.test(name))
  return Array.from(new Set(own.concat(eventNames))).filter((name) => handlers[name] !== undefined)
}

/** What is wrong with listening so, or `undefined`. */
export const whyDeaf = (event: unknown, handler: unknown): string | undefined => {
  if (eventNames.indexOf(event as (typeof eventNames)[number]) < 0) {
    const wanted = String(event).slice(0, 40).toLowerCase()
    const [near] = eventNames
      .slice()
      .sort((a, b) => distance(wanted, a.toLowerCase()) - distance(wanted, b.toLowerCase()))
    return `there is no event ${String(event)}; the nearest is ${near}`
  }
  return typeof handler === 'function' ? undefined : `the handler of ${String(event)} must be a function`
}
