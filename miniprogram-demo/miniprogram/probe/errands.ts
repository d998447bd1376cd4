// What the person is asked to do, in their words.
import type { Errand } from './bench'

export interface Request {
  readonly title: string
  readonly text: string
  readonly done: string
}

const time = (seconds: number) => (seconds < 120 ? `${seconds} 秒` : `${Math.ceil(seconds / 60)} 分钟`)
const AGAIN = '如果小程序重新启动了，回到登录页点“继续真机探测”。'

export function requestOf(errand: Errand): Request {
  switch (errand.kind) {
    case 'leave':
      return {
        title: `请离开 ${time(errand.seconds)}`,
        text: `请按 Home 键（或从底部上滑）回到桌面，等 ${time(errand.seconds)}再回来，然后点“我回来了”。${AGAIN}`,
        done: '我回来了',
      }
    case 'flight-mode':
      return errand.on
        ? {
            title: '请打开飞行模式',
            text: '请打开飞行模式，确认 Wi-Fi 也断开了，等 3 秒，再点“已断网”。',
            done: '已断网',
          }
        : { title: '请关掉飞行模式', text: '请关掉飞行模式，等网络恢复，再点“已联网”。', done: '已联网' }
    case 'mobile-data':
      return errand.on
        ? { title: '请换到移动数据', text: '请关掉 Wi-Fi，只用移动数据，等 3 秒，再点“已换网”。', done: '已换网' }
        : { title: '请换回 Wi-Fi', text: '请重新打开 Wi-Fi，等它连上，再点“已换回”。', done: '已换回' }
    case 'call':
      return {
        title: '请让人打来电话',
        text: '请让别人给这部手机打一个电话或微信语音，响 15 秒后拒接，再点“已拒接”。',
        done: '已拒接',
      }
    case 'kill':
      return {
        title: '请划掉微信',
        text: `请打开最近任务，把微信划掉，再打开微信和这个小程序，回到登录页点“继续真机探测”。划不掉就点“划不掉”。`,
        done: '划不掉',
      }
  }
}
