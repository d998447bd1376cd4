// WeChat's own logs: what is written there stays inside their quotas, and their troubles stay there.
import type { WxApi } from '../../src/wx/wx-api'
import { wxFeedbackLog, wxRealtimeLog } from '../../src/wx/wx-log-managers'

const realtime = (state?: { size: number; logCount: number }) => {
  const lines: string[] = []
  const wx = {
    getRealtimeLogManager: () => ({
      info: (line: string) => lines.push(`info ${line}`),
      warn: (line: string) => lines.push(`warn ${line}`),
      error: (line: string) => lines.push(`error ${line}`),
      ...(state && { getCurrentState: () => ({ ...state, maxSize: 5000, maxLogCount: 200 }) }),
    }),
  } as unknown as WxApi
  return { sink: wxRealtimeLog(wx), lines }
}

test('the real-time log takes lines by their level, in at most half of what the page has', () => {
  const { sink, lines } = realtime({ size: 0, logCount: 0 })
  sink.write(3, 'a')
  sink.write(4, 'b')
  sink.write(4, '满'.repeat(834)) // 2502 bytes
  expect(lines).toEqual(['warn a', 'error b'])
  const full = realtime({ size: 0, logCount: 100 })
  full.sink.write(4, 'x')
  expect(full.lines).toEqual([])
})

test('nothing is written where nobody can tell what still fits, where there is no such log, and where it throws', () => {
  const old = realtime()
  old.sink.write(4, 'x')
  expect(old.lines).toEqual([])
  const broken = {
    getLogManager: () => {
      throw new Error('of the platform')
    },
  } as unknown as WxApi
  for (const wx of [broken, {} as WxApi])
    for (const make of [wxFeedbackLog, wxRealtimeLog]) expect(() => make(wx).write(4, 'x')).not.toThrow()
})

test('the feedback log leaves out the platform’s record of every call', () => {
  const lines: string[] = []
  const log = (name: string) => (line: string) => void lines.push(`${name} ${line}`)
  const getLogManager = jest.fn(() => ({ debug: log('debug'), info: log('info'), warn: log('warn') }))
  const sink = wxFeedbackLog({ getLogManager } as unknown as WxApi)
  ;[1, 2, 3, 4].forEach((level) => sink.write(level, String(level)))
  expect(lines).toEqual(['debug 1', 'info 2', 'warn 3', 'warn 4'])
  expect(getLogManager).toHaveBeenCalledWith({ level: 1 })
})
