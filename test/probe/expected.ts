// What the probe should say of a simulated phone: each switch as its file has it, and how exactly it can be measured.
import type { Json } from '../../miniprogram-demo/miniprogram/probe/finding'
import type { Phone } from '../../simulator/core/phone'
import type { Quirks } from '../../simulator/core/quirks'
import { closedAlready, connectFailureText } from '../../simulator/core/socket-texts'

const asJson = (value: unknown): Json =>
  value === undefined ? null : value === Infinity ? 'Infinity' : (JSON.parse(JSON.stringify(value)) as Json)

/** Milliseconds by which a measurement may differ; what is not named here is exact. */
const tolerance: Partial<Record<keyof Quirks, number>> = {
  suspendAfter: 250,
  suspendEcho: 60,
  slotReleaseDelay: 30,
  openDelay: 2,
  closeDelay: 2,
  connectTimeout: 2,
  closeTimeout: 5,
}

/** Each text that a link can fail with here, in the words of this phone. */
const texts = ({ profile, quirks }: Phone) =>
  Object.fromEntries(
    (['refused', 'dns', 'tls', 'protocol', 'timeout', 'transport', 'http'] as const).map((kind) => [
      kind,
      quirks.failureTexts[kind] ?? connectFailureText(profile, kind === 'http' ? { kind, status: 404 } : { kind }),
    ]),
  )

/** Why the finding does not fit the phone, or nothing. */
export function disagreement(phone: Phone, name: keyof Quirks, value: Json): string | undefined {
  const { quirks } = phone
  const differs = (wanted: Json) => `${name}: ${JSON.stringify(value)}, not ${JSON.stringify(wanted)}`
  switch (name) {
    case 'failureTexts': {
      const wanted = texts(phone)
      const wrong = Object.entries(value as Record<string, string>).filter(([kind, text]) => wanted[kind] !== text)
      return wrong.length > 0 ? differs(wanted) : undefined
    }
    case 'goneText': {
      const wanted = quirks.goneText ?? closedAlready(phone.profile)
      return value === wanted ? undefined : differs(wanted)
    }
    case 'destroyAfter': {
      const { atMost = Infinity, atLeast = 0 } = value as { atMost?: number; atLeast?: number }
      const truth = quirks.destroyAfter
      return truth >= atLeast - 10_000 && truth <= atMost ? undefined : differs(asJson(truth))
    }
    case 'diskQuota': {
      const missing = quirks.diskQuota - Number(value)
      return missing >= 0 && missing <= 1024 * 1024 ? undefined : differs(quirks.diskQuota)
    }
    default: {
      const wanted = asJson(quirks[name])
      const within = tolerance[name]
      const fits =
        within !== undefined && typeof value === 'number' && typeof wanted === 'number'
          ? Math.abs(value - wanted) <= within
          : JSON.stringify(value) === JSON.stringify(wanted)
      return fits ? undefined : differs(wanted)
    }
  }
}
