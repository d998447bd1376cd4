// How long a test waits for something before it calls it lost: only how long a red run takes, never how fast a machine has to be.
export const PATIENCE = 120_000
