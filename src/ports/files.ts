// Files in the phone's own folder. Paths are relative to it; text is UTF-8. Failures reject with a FileFailure.

export type FileFailure = { readonly kind: 'missing' | 'full' | 'failed'; readonly errMsg: string }

export interface Files {
  /** Whether the platform has files at all; where it has none, every call rejects with `failed`. */
  readonly available: boolean
  /** The platform's path of a file, for APIs that want one (upload, share). */
  pathOf(name: string): string
  read(name: string): Promise<string>
  /** Replaces the file; creates the folders above it. Not atomic: a crash may leave a part of it. */
  write(name: string, text: string): Promise<void>
  /** Appends; the file and the folders above it are created when missing. */
  append(name: string, text: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  remove(name: string): Promise<void>
  /** The names of the files in a folder, in no order; an absent folder has none. */
  list(folder: string): Promise<string[]>
  /** Bytes. */
  size(name: string): Promise<number>
}
