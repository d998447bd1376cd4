// Pictures: chosen from the computer's disk into the phone's, measured, and shown from there.
import type { Disk } from '../../../simulator/core/disk'
import { element } from '../element'
import { answer, type Callbacks } from './call'

interface ChosenFile {
  tempFilePath: string
  size: number
  fileType: 'image'
}

/** `root` is what the phone's paths begin with, such as wxfile://. */
export function media(disk: Disk, root: string) {
  let chosen = 0
  const shown = new Map<string, string>()

  /** Where the browser finds what a page names in src: its own files, the phone's files, or the network. */
  function sourceOf(path: string): string {
    if (!path.startsWith(root)) return path
    const known = shown.get(path)
    if (known) return known
    const made = URL.createObjectURL(new Blob([disk.read(path.slice(root.length)) as Uint8Array<ArrayBuffer>]))
    shown.set(path, made)
    return made
  }

  async function pick(count: number): Promise<File[]> {
    const field = element('input')
    field.type = 'file'
    field.accept = 'image/*'
    field.multiple = count > 1
    const files = await new Promise<File[]>((resolve) => {
      field.addEventListener('change', () => resolve([...(field.files ?? [])]))
      field.addEventListener('cancel', () => resolve([]))
      field.click()
    })
    if (!files.length) throw new Error('cancel')
    return files.slice(0, count)
  }

  async function take(file: File): Promise<ChosenFile> {
    const name = `tmp/chosen-${Date.now()}-${++chosen}${/\.\w+$/.exec(file.name)?.[0] ?? ''}`
    disk.write(name, new Uint8Array(await file.arrayBuffer()))
    return { tempFilePath: root + name, size: file.size, fileType: 'image' }
  }

  const api = {
    chooseMedia: (options?: Callbacks<{ type: string; tempFiles: ChosenFile[] }> & { count?: number }) =>
      answer('chooseMedia', options, async () => ({
        type: 'image',
        tempFiles: await Promise.all((await pick(options?.count ?? 9)).map(take)),
      })),

    getImageInfo: (options: Callbacks<{ width: number; height: number; path: string }> & { src: string }) =>
      answer('getImageInfo', options, async () => {
        const picture = element('img')
        picture.src = sourceOf(options.src)
        await picture.decode().catch(() => Promise.reject(new Error('not an image')))
        return { width: picture.naturalWidth, height: picture.naturalHeight, path: options.src }
      }),
  }
  return { sourceOf, api }
}
