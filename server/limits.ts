// Every bound of the server in one place. Nothing a client sends may make anything grow past these.

export interface Limits {
  /** WebSockets open at once; one more is refused with 31003. */
  connections: number
  /** Of these, from one address before login. */
  strangersPerAddress: number
  /** Bytes of one MQTT packet; advertised in CONNACK. */
  packetBytes: number
  /** QoS 1 and 2 messages of one client that are not finished yet; advertised in CONNACK. */
  receiveMaximum: number
  /** Most messages sent to one client and not acknowledged; the client may ask for fewer. */
  sendMaximum: number
  /** Packets of one connection in a second; beyond them it is read no further until the second is over. */
  packetsPerSecond: number
  /** Bytes waiting for a slow reader before the server stops handing it more. */
  bufferedBytes: number
  /** HTTP sockets open at once beside them; one more, and whoever has been silent for longest goes. */
  httpConnections: number
  /** Milliseconds for a request's headers, for all of it, for its answer to be read, and of nothing moving at all. */
  headersMs: number
  requestMs: number
  answerMs: number
  idleMs: number
  /** Milliseconds from the socket's opening to CONNECT. */
  connectMs: number
  /** Longest keep-alive in seconds. */
  keepAlive: number
  /** Longest life of a session without its client, and of a message without its receiver, in seconds. */
  sessionSeconds: number
  /** Sessions in all, and of one user. */
  sessions: number
  sessionsPerUser: number
  subscriptionsPerSession: number
  /** Messages that wait for one receiver. */
  queuedMessages: number
  /** Bytes of messages that wait for anyone, with what it costs to keep them: of all, and of one sender. */
  queuedBytes: number
  queuedBytesPerUser: number
  /** Bytes of everything else that clients make the server keep in memory (server/account.ts): of all, and of one user or address. */
  heldBytes: number
  heldBytesPerUser: number
  topicAliases: number
  users: number
  passwordBytes: number
  /** Characters that a new password has at least. */
  passwordCharacters: number
  /** Passwords hashed at once, and waiting for it; more is answered with 503. */
  hashing: number
  hashingQueue: number
  /** Failed logins in `throttleSeconds`: of one user from one address, of one user, of one address. */
  failuresPerUserAndAddress: number
  failuresPerUser: number
  failuresPerAddress: number
  throttleSeconds: number
  /** Users registered from one address in `throttleSeconds`, the administrator's not counted. */
  registrationsPerAddress: number
  /** Longest life of a token in seconds, and the usual one. */
  tokenSeconds: number
  defaultTokenSeconds: number
  groups: number
  groupsPerUser: number
  membersPerGroup: number
  /** Invitations to groups that one user is kept waiting with; seconds that one waits, and that whoever declined is left alone. */
  invitesPerUser: number
  inviteSeconds: number
  askAgainSeconds: number
  fileBytes: number
  /** Files sent, and files fetched, at once: of all, and of one user. */
  uploads: number
  uploadsPerUser: number
  downloadsPerUser: number
  filesPerUser: number
  fileBytesPerUser: number
  /** Bytes of the whole data folder; and of the disk that is left free, at most a twentieth of it. */
  diskBytes: number
  diskReserveBytes: number
  /** Users of whom the webhook has still to tell, calls at once, and milliseconds that one call may take. */
  notices: number
  webhookCalls: number
  webhookTimeoutMs: number
  /** Calls for one notice and its age, then it is given up; and the first pause after a failure, which doubles. */
  webhookAttempts: number
  webhookAgeMs: number
  webhookPauseMs: number
  logBytes: number
  logChunkBytes: number
  logsPerUser: number
  /** The archive: seconds that it keeps a message (0: there is none), and bytes of all of it on the disk. */
  archiveSeconds: number
  archiveBytes: number
  /** Messages and bytes of one page of it, and pages read at once: of all, and of one user. */
  archivePage: number
  archivePageBytes: number
  archiveReads: number
  archiveReadsPerUser: number
}

export const defaultLimits: Limits = {
  connections: 10_000,
  strangersPerAddress: 500,
  packetBytes: 256 * 1024,
  receiveMaximum: 256,
  sendMaximum: 64,
  packetsPerSecond: 10_000,
  bufferedBytes: 1024 * 1024,
  httpConnections: 1_000,
  headersMs: 10_000,
  requestMs: 60_000,
  answerMs: 600_000,
  idleMs: 30_000,
  connectMs: 10_000,
  keepAlive: 300,
  sessionSeconds: 30 * 86_400,
  sessions: 100_000,
  sessionsPerUser: 10,
  subscriptionsPerSession: 1_000,
  queuedMessages: 20_000,
  queuedBytes: 256 * 1024 * 1024,
  queuedBytesPerUser: 64 * 1024 * 1024,
  heldBytes: 512 * 1024 * 1024,
  heldBytesPerUser: 64 * 1024 * 1024,
  topicAliases: 32,
  users: 100_000,
  passwordBytes: 256,
  passwordCharacters: 6,
  hashing: 2,
  hashingQueue: 64,
  failuresPerUserAndAddress: 10,
  failuresPerUser: 50,
  failuresPerAddress: 100,
  throttleSeconds: 300,
  registrationsPerAddress: 100,
  tokenSeconds: 90 * 86_400,
  defaultTokenSeconds: 86_400,
  groups: 10_000,
  groupsPerUser: 500,
  membersPerGroup: 2_000,
  invitesPerUser: 100,
  inviteSeconds: 7 * 86_400,
  askAgainSeconds: 86_400,
  fileBytes: 10 * 1024 * 1024,
  uploads: 64,
  uploadsPerUser: 4,
  downloadsPerUser: 200,
  filesPerUser: 1_000,
  fileBytesPerUser: 200 * 1024 * 1024,
  diskBytes: 100 * 1024 * 1024 * 1024,
  diskReserveBytes: 256 * 1024 * 1024,
  notices: 10_000,
  webhookCalls: 8,
  webhookTimeoutMs: 10_000,
  webhookAttempts: 20,
  webhookAgeMs: 3_600_000,
  webhookPauseMs: 1_000,
  logBytes: 8 * 1024 * 1024,
  logChunkBytes: 256 * 1024,
  logsPerUser: 20,
  archiveSeconds: 0,
  archiveBytes: 1024 * 1024 * 1024,
  archivePage: 50,
  archivePageBytes: 512 * 1024,
  archiveReads: 64,
  archiveReadsPerUser: 8,
}
