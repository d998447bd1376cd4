// Attachments over REST: who may send and fetch, what is refused, and how it is handed out so that no browser runs it.
import { Refused } from '../refusals'
import type { RestContext, RestDeps, Routes } from './context'
import { forUser } from './guards'
import { BadInput, readBytes, userName } from './input'
import { baseUrl } from './login'
import { createSlots } from './slots'

/** What a phone or a desk could run. Everything else is data. */
const refusedEndings = new Set(
  (
    'html htm xhtml xht shtml mhtml mht svg svgz js mjs cjs jse jsx vbs vbe wsf wsh wsc ws hta htc exe msi msix msp mst bat cmd com ' +
    'scr pif cpl msc ps1 ps1xml psm1 psd1 psc1 ps2 inf reg rgs sct shb shs scf url lnk desktop appref-ms application gadget ' +
    'settingcontent-ms library-ms search-ms diagcab chm hlp jar jnlp apk apks xapk aab ipa hap app dmg pkg mpkg deb rpm appimage run ' +
    'sh bash zsh csh ksh fish command tool workflow action scpt applescript terminal xbap xll iso img vhd vhdx dll sys drv ocx'
  ).split(' '),
)

/** The ending that a system would go by: it overlooks what cannot be seen, dots and spaces at the end, and what follows a colon. */
function endingOf(name: string): string {
  const seen = name.normalize('NFKC').replace(/[\p{C}\p{Mn}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu, '')
  const first = seen.split(':')[0]!.replace(/[.\s]+$/u, '')
  return /\.([^.\s]+)$/u.exec(first)?.[1]?.toLowerCase() ?? ''
}
const refusedTypes =
  /^(text\/html|application\/xhtml|image\/svg|text\/javascript|application\/(javascript|x-msdownload|vnd\.android\.package-archive|x-sh))/i

/** What the other fields of the form and its boundaries may take. */
const formBytes = 64 * 1024

export function fileRoutes(routes: Routes, deps: RestDeps): void {
  const { files, groups, accounts, options } = deps
  const user = forUser(deps)
  const uploads = createSlots(options.limits.uploads, options.limits.uploadsPerUser)
  const downloads = createSlots(Infinity, options.limits.downloadsPerUser)
  /** A form is parsed and written one after the other: each has several copies of its file for that moment. */
  let parsing: Promise<unknown> = Promise.resolve()

  async function store(c: RestContext, body: Buffer): Promise<Response> {
    const { app, name: sender } = c.get('user')
    const type = c.req.header('content-type') ?? ''
    const form = await new Response(body as Uint8Array<ArrayBuffer>, { headers: { 'content-type': type } })
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated because it buffers; ours is bounded and here already
      .formData()
      .catch(() => {
        throw new BadInput('the body is not multipart/form-data')
      })
    const [file, filename, to, group] = ['file', 'filename', 'to', 'group'].map((field) => form.get(field) ?? undefined)
    if (!(file instanceof File)) throw new BadInput('the field file is missing')
    if ((to === undefined) === (group === undefined))
      throw new BadInput('name the receiver in to, or the group in group')
    const name = (typeof filename === 'string' && filename !== '' ? filename : file.name)
      .slice(0, 255)
      .replace(/\p{Surrogate}/gu, '_')
    const kind = /^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? file.type : 'application/octet-stream'
    if (refusedEndings.has(endingOf(name)) || refusedTypes.test(file.type)) throw new Refused('fileRefused')
    if (typeof group === 'string') groups.read(app, group, sender)
    else if (!accounts.user(app, userName(to, 'to'))) throw new BadInput('no such user', 404)
    const receiver =
      typeof group === 'string'
        ? { kind: 'group' as const, name: group }
        : { kind: 'user' as const, name: to as string }
    const stored = await files.add(
      { app, sender, to: receiver, name, type: kind },
      Buffer.from(await file.arrayBuffer()),
    )
    const uri = `${baseUrl(c, deps)}/${app}/chatfiles`
    // As at Easemob: the file is at uri/uuid.
    return c.json({
      uri,
      entities: [{ uuid: stored.id, size: stored.size, type: stored.type }],
    })
  }

  routes.post('/:org/:app/chatfiles', user, async (c) => {
    const { app, name: sender } = c.get('user')
    const done = uploads.take(`${app}/${sender}`)
    try {
      const body = await readBytes(c, options.limits.fileBytes + formBytes, new Refused('fileTooLarge'))
      const turn = parsing.then(() => store(c, body))
      parsing = turn.catch(() => undefined)
      return await turn
    } finally {
      done()
    }
  })

  routes.get('/:org/:app/chatfiles/:id', user, async (c) => {
    const { app, name } = c.get('user')
    const file = files.find(app, c.req.param('id'))
    if (!file) throw new BadInput('no such file', 404)
    const { to } = file
    const isReceiver = to.kind === 'user' ? to.name === name : groups.isMember(app, to.name, name)
    if (file.sender !== name && !isReceiver) throw new Refused('notMember', 'the file was sent to others')
    const bytes = await files.read(file, downloads.take(`${app}/${name}`))
    if (!bytes) throw new BadInput('no such file', 404)
    return c.body(bytes, 200, {
      'Content-Length': String(file.size),
      'Content-Type': file.type,
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': 'sandbox',
      'Cache-Control': 'private, max-age=86400',
    })
  })
}
