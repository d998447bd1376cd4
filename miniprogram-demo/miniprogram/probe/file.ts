// The file that the probe ends in: findings and facts, and nothing of whose phone or server it was.
import type { Journal } from './journal'

export const FILE_NAME = 'miniprogram-im-probe.json'

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** What phones say in their texts may name the server. */
export function fileOf({ startedAt, endedAt, step, findings, facts }: Journal, server: string, total: number): string {
  const host = server.replace(/^https?:\/\//, '').replace(/[:/].*$/, '')
  const all = {
    what: 'miniprogram-im probe',
    format: 1,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    complete: step >= total,
    findings,
    facts,
  }
  const text = JSON.stringify(all, null, 2)
  return host === '' ? text : text.replace(new RegExp(escaped(host), 'g'), '<server>')
}
