// How a user property of MQTT 5 is found by its name.
import type { Properties } from './codec/packet'

/** The first value of that name. */
export function userProperty({ userProperties = [] }: Properties, name: string): string | undefined {
  const pair = userProperties.find(([key]) => key === name)
  return pair?.[1]
}
