// Pictures and videos: chosen from the computer's disk into the phone's, measured, and shown from there.
import type { Disk } from '../../../simulator/core/disk'
import { element } from '../element'
import { answer, type Callbacks } from './call'

interface ChosenFile {
  tempFilePath: string
  size: number
  fileType: 'image' | 'video'
  /** Of a video: seconds, pixels, and a still picture of it. */
  duration?: number
  width?: number
  height?: number
  thumbTempFilePath?: string
}

type MediaType = 'image' | 'video'

/** A video that is loaded as far as its first picture. Rejects where it is none. */
async function opened(url: string): Promise<HTMLVideoElement> {
  const video = element('video')
  video.muted = true
  video.preload = 'auto'
  const once = (event: string) =>
    new Promise<void>((resolve, reject) => {
      video.addEventListener(event, () => resolve(), { once: true })
      video.addEventListener('error', () => reject(new Error('not a video')), { once: true })
    })
  video.src = url
  await once('loadeddata')
  if (video.duration === Infinity) {
    // What a browser has recorded says its length only once it was read to the end.
    video.currentTime = 1e9
    await once('seeked')
    video.currentTime = 0
    await once('seeked')
  }
  return video
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

  async function pick(count: number, type: MediaType): Promise<File[]> {
    const field = element('input')
    field.type = 'file'
    field.accept = `${type}/*`
    field.multiple = count > 1
    const files = await new Promise<File[]>((resolve) => {
      field.addEventListener('change', () => resolve([...(field.files ?? [])]))
      field.addEventListener('cancel', () => resolve([]))
      field.click()
    })
    if (!files.length) throw new Error('cancel')
    return files.slice(0, count)
  }

  function keep(bytes: ArrayBuffer, ending: string): string {
    const name = `tmp/chosen-${Date.now()}-${++chosen}${ending}`
    disk.write(name, new Uint8Array(bytes))
    return root + name
  }

  /** What cannot be played is handed on as it is: the app has to say so. */
  async function about(path: string): Promise<Partial<ChosenFile>> {
    const video = await opened(sourceOf(path)).catch(() => undefined)
    if (!video) return {}
    const canvas = element('canvas')
    canvas.width = video.videoWidth
    canvas.height = video.videoHeight
    canvas.getContext('2d')?.drawImage(video, 0, 0)
    const still = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg'))
    return {
      duration: video.duration,
      width: video.videoWidth,
      height: video.videoHeight,
      ...(still && { thumbTempFilePath: keep(await still.arrayBuffer(), '.jpg') }),
    }
  }

  async function take(file: File, fileType: MediaType): Promise<ChosenFile> {
    const tempFilePath = keep(await file.arrayBuffer(), /\.\w+$/.exec(file.name)?.[0] ?? '')
    return { tempFilePath, size: file.size, fileType, ...(fileType === 'video' && (await about(tempFilePath))) }
  }

  const api = {
    chooseMedia: (
      options?: Callbacks<{ type: string; tempFiles: ChosenFile[] }> & { count?: number; mediaType?: MediaType[] },
    ) =>
      answer('chooseMedia', options, async () => {
        const type = options?.mediaType?.[0] ?? 'image'
        const files = await pick(options?.count ?? 9, type)
        return { type, tempFiles: await Promise.all(files.map((file) => take(file, type))) }
      }),

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
