// wx.requestSubscribeMessage: asks the user whether cards may come, only inside a tap. Answers and errors as WeChat's document
// of the API has them. Who is asked, and says what, is given from outside: a test, or a dialog of the preview.
import { type Answer, type Callbacks, failed, type Outcome, report } from './call'
import type { JsThread } from './js-thread'

export type Decision = 'accept' | 'reject' | 'ban' | 'filter'

/** What is said about each template, or the number of the error that WeChat answers instead of asking. */
export type Subscriber = (
  tmplIds: readonly string[],
) => Promise<Readonly<Record<string, Decision>> | number> | Readonly<Record<string, Decision>> | number

const texts: Readonly<Record<number, string>> = {
  10001: "TmplIds can't be empty",
  10002: 'Request list fail',
  10003: 'Request subscribe fail',
  10004: 'Invalid template id',
  10005: 'Cannot show subscribe message UI',
  20001: 'No template data return',
  20002: 'Templates type must be same',
  20003: 'Templates count out of max bounds',
  20004: 'The main switch is switched off',
  20005: 'This mini program was banned subscribe message',
}

export interface SubscribeDeps {
  readonly js: JsThread
  /** The app's current code runs because of a tap. */
  readonly tapping: () => boolean
  readonly subscriber: Subscriber
}

const API = 'requestSubscribeMessage'
const refusal = (errCode: number): Outcome<object> => ({ failure: failed(API, texts[errCode] ?? '', { errCode }) })

export function createSubscribeApi({ js, tapping, subscriber }: SubscribeDeps) {
  async function decide(tmplIds: unknown, inTap: boolean): Promise<Outcome<object>> {
    if (!inTap) return { failure: failed(API, 'can only be invoked by user TAP gesture.') }
    if (!Array.isArray(tmplIds) || tmplIds.length === 0) return refusal(10001)
    if (tmplIds.length > 3) return refusal(20003)
    if (!tmplIds.every((id) => typeof id === 'string' && id !== '')) return refusal(10004)
    const said = await subscriber(tmplIds as string[])
    return typeof said === 'number' ? refusal(said) : { ok: said }
  }

  return {
    requestSubscribeMessage({ tmplIds, ...callbacks }: { tmplIds: readonly string[] } & Callbacks<object>) {
      const decided = decide(tmplIds, tapping())
      if (callbacks.success || callbacks.fail || callbacks.complete) {
        void decided.then((outcome) => js.callSoon(() => report(js, API, callbacks, outcome)))
        return undefined
      }
      return js.realm.promise<object & Answer>((resolve, reject) => {
        void decided.then((outcome) =>
          js.callSoon(() => {
            if ('ok' in outcome) resolve({ ...outcome.ok, errMsg: `${API}:ok` })
            else reject(js.realm.error(outcome.failure.errMsg, { ...outcome.failure }))
          }),
        )
      })
    },
  }
}
