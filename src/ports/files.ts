// Files in the phone's own folder; text is UTF-8.

export type FileFailure = { readonly kind: 'missing' | 'full' | 'failed'; readonly errMsg: string }

/** Paths are relative to the folder. Failures reject with a FileFailure; where the platform has no files, all of them do. */
export interface Files {
  read(name: string): Promise<string>
  /** Replaces the file; creates the folders above it. Not atomic: a crash may leave a part of it. */
  write(name: string, text: string): Promise<void>
  /** Appends; the file and the folders above it are created when missing. */
  append(name: string, text: string): Promise<void>
  /** An absent file is as good as removed. */
  remove(name: string): Promise<void>
  /** The names of the files in a folder, in no order; an absent folder has none. */
  list(folder: string): Promise<string[]>
}

/** The log's folder, at once: a file can be shared only in the moment of a tap. Throws what the platform throws. */
export interface LogFiles {
  /** The platform's path of a file, for APIs that want one. */
  pathOf(name: string): string
  read(name: string): string
  write(name: string, text: string): void
  append(name: string, text: string): void
  remove(name: string): void
  /** In no order. */
  list(): string[]
  /** Bytes. */
  size(name: string): number
  /** Whether that was thrown because there is no room. */
  isFull(error: unknown): boolean
}
