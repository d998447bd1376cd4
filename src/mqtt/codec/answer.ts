// One shape for every packet but PUBLISH, so that whoever reads them meets one kind of object.
import type { Answer, Properties } from './packet'

/** The properties of every packet that has none. */
export const noProperties: Properties = Object.freeze({})

const none: readonly number[] = []

export const answer = (
  type: Answer['type'],
  id: number,
  reason: number,
  properties: Properties = noProperties,
  reasons = none,
  sessionPresent = false,
  legacy = false,
): Answer => ({ type, id, reason, sessionPresent, legacy, reasons, properties })
