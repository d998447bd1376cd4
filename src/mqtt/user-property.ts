// How a user property of MQTT 5 is found by its name.
import type { Properties } from './codec/packet'

/** The first value of that name. */
export function userProperty(properties: Properties | undefined, name: string): string | undefined {
  return properties?.userProperties?.find(([key]) => key === name)?.[1]
}
