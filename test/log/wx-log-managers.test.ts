// WeChat's own logs: what is written there stays inside their quotas, and their troubles stay there.
import type { WxApi } from '../../src/wx/wx-api'
import { wxFeedbackLog, wxRealtimeLog } from '../../src/wx/wx-log-managers'

const realtime = (state?: { size: number; logCount: number }) => {
  const lines: string[] = []
  const wx = {
    getRealtimeLogManager: () => ({
      warn: (line: string) => lines.push(`warn ${line}`),
      error: (line: string) => lines.push(`error ${line}`),
      ...(state && { getCurrentState: () => ({ ...state, maxSize: 5000, maxLogCount: 200 }) }),
    }),
  } as unknown as WxApi
  return { sink: wxRealtimeLog(wx), lines }
}

test('the real-time log takes WARN and above, in at most half of what the page has', () => {
  const { sink, lines } = realtime({ size: 0, logCount: 0 })
  for (const level of [2, 3, 4]) sink({ level })
  sink({ level: 4, note: '满'.repeat(834) } as { level: number }) // 2502 bytes and more
  expect(lines).toEqual(['warn {"level":3}', 'error {"level":4}'])
  const full = realtime({ size: 0, logCount: 100 })
  full.sink({ level: 4 })
  expect(full.lines).toEqual([])
})

test('nothing is written where nobody can tell what still fits, and where there is no such log', () => {
  const old = realtime()
  old.sink({ level: 4 })
  expect(old.lines).toEqual([])
  for (const make of [wxFeedbackLog, wxRealtimeLog]) expect(() => make({} as WxApi)({ level: 4 })).not.toThrow()
})

test('the feedback log takes INFO and above, and leaves out the platform’s record of every call', () => {
  const lines: string[] = []
  const log = (name: string) => (line: string) => void lines.push(`${name} ${line}`)
  const getLogManager = jest.fn(() => ({ info: log('info'), warn: log('warn') }))
  const sink = wxFeedbackLog({ getLogManager } as unknown as WxApi)
  ;[1, 2, 3, 4].forEach((level) => sink({ level }))
  expect(lines).toEqual(['info {"level":2}', 'warn {"level":3}', 'warn {"level":4}'])
  expect(getLogManager).toHaveBeenCalledWith({ level: 1 })
})
