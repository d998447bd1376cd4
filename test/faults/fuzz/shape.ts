// What an app may rely on in any message that it is handed: written from docs/protocol.md, on purpose not from the code.

const isText = (value: unknown) => typeof value === 'string'
const isMap = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value)
const isName = (value: unknown) => isText(value) && /^[A-Za-z0-9_.-]{1,64}$/.test(value)
const isUrl = (value: unknown) => isText(value) && /^(https?|cloud):\/\//i.test(value)
const isSize = (value: unknown) => isNumber(value) && (value as number) >= 0

type Rule = (value: unknown) => boolean
const maybe =
  (rule: Rule): Rule =>
  (value) =>
    value === undefined || rule(value)

const common = {
  id: isName,
  from: isName,
  to: isName,
  time: isNumber,
  chatType: (value: unknown) => value === 'singleChat' || value === 'groupChat',
  ext: maybe(isMap),
}
const attached = { url: isUrl, filename: maybe(isText), file_length: maybe(isSize) }
const kinds: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  txt: { msg: isText },
  custom: { customEvent: isText, customExts: maybe(isMap) },
  cmd: { action: isText },
  img: { ...attached, width: maybe(isSize), height: maybe(isSize), thumb: maybe(isUrl) },
  file: { ...attached, filetype: maybe(isText) },
  loc: { lat: isNumber, lng: isNumber, addr: maybe(isText), buildingName: maybe(isText) },
}

/** What is wrong with it, or nothing. */
export function faultOf(message: unknown): string | undefined {
  if (!isMap(message)) return 'not even an object'
  const fields = message as Record<string, unknown>
  const kind = Object.hasOwn(kinds, String(fields.type)) ? kinds[String(fields.type)] : undefined
  if (!kind) return `type ${String(fields.type)}`
  for (const [name, rule] of Object.entries({ ...common, ...kind }))
    if (!rule(fields[name]))
      return `${String(fields.type)}.${name}: ${JSON.stringify(fields[name] ?? null).slice(0, 100)}`
  return undefined
}
