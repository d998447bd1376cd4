// A phone's disk: in memory for the simulator, which wants answers at once, and in IndexedDB for the next visit.
import { createMemoryDisk, type Disk } from '../../../simulator/core/disk'

const STORE = 'files'

const settled = <Value>(request: IDBRequest<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'))
  })

export interface KeptDisk extends Disk {
  /** Resolves when everything so far would survive the page. */
  saved(): Promise<void>
}

export async function openDisk(phone: string): Promise<KeptDisk> {
  const request = indexedDB.open(`phone-${phone}`, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE)
  const database = await settled(request)
  const files = () => database.transaction(STORE, 'readwrite').objectStore(STORE)
  const memory = createMemoryDisk()

  const [paths, contents] = await Promise.all([settled(files().getAllKeys()), settled(files().getAll())])
  paths.forEach((path, index) => {
    const folders = (path as string).split('/').slice(0, -1)
    folders.forEach((_, depth) => memory.mkdir(folders.slice(0, depth + 1).join('/')))
    memory.write(path as string, contents[index] as Uint8Array)
  })

  const keep = (path: string) => void files().put(memory.read(path), path)
  const forget = (path: string) => void files().delete(path)
  const below = (path: string): string[] =>
    memory.list(path).flatMap((name) => {
      const full = path ? `${path}/${name}` : name
      return memory.stat(full)?.directory ? below(full) : [full]
    })

  return {
    ...memory,
    write(path, bytes) {
      memory.write(path, bytes)
      keep(path)
    },
    append(path, bytes) {
      memory.append(path, bytes)
      keep(path)
    },
    remove(path) {
      memory.remove(path)
      forget(path)
    },
    rename(from, to) {
      const old = memory.stat(from)?.directory ? below(from) : [from]
      memory.rename(from, to)
      for (const path of old) {
        forget(path)
        keep(to + path.slice(from.length))
      }
    },
    saved: () =>
      new Promise((resolve, reject) => {
        // Transactions on one store run in order: when this one is through, those before it are.
        const last = database.transaction(STORE, 'readwrite')
        last.objectStore(STORE).count()
        last.oncomplete = () => resolve()
        last.onerror = () => reject(last.error ?? new Error('IndexedDB'))
      }),
  }
}
