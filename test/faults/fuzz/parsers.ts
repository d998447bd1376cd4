// The parsers themselves, straight from src/ and without a phone: what hundreds of thousands of inputs a minute are fed to.
import type { Parser } from './feed'
import { histories, messages } from './parsers/messages'
import { decoder, session } from './parsers/mqtt'
import { redaction } from './parsers/redaction'
import { answers, endpoints, groups } from './parsers/rest'
import { logText, urls, utf8 } from './parsers/texts'
import { claims, settings } from './parsers/tokens'
import { closeCodes, failures } from './parsers/verdicts'

export const parsers: readonly Parser[] = [
  decoder,
  session,
  utf8,
  messages,
  histories,
  groups,
  answers,
  endpoints,
  claims,
  settings,
  redaction,
  logText,
  closeCodes,
  failures,
  urls,
]
