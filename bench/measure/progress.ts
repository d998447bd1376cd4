// A dot for each sample that is taken, so that minutes of work are not silent.

/** Called after each sample. */
export const progress = (): void => void process.stderr.write('.')
