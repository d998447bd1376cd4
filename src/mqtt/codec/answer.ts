// One shape for every packet but PUBLISH, so that whoever reads them meets one kind of object.
import type { Answer, Properties } from './packet'

const none: readonly number[] = []

export const answer = (
  type: Answer['type'],
  id: number,
  reason: number,
  properties?: Properties,
  reasons = none,
  sessionPresent = false,
  legacy = false,
): Answer => ({ type, id, reason, sessionPresent, legacy, reasons, properties })
