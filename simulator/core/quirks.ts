// Everything in which one phone misbehaves differently from another, each with the fact it comes from.
// The defaults are the best-behaved phone of a profile; `harsh` is the worst that was reported. All of it may be changed
// while a phone runs: code reads `quirks.x` at the moment it matters and keeps no copy.
// Extend: add a field here with its source (wechat-runtime.md section), its default, and read it in one place.
import type { ResumeStep } from './js-thread'
import type { LinkFailure } from './link'

export type Profile = 'android' | 'ios' | 'pc' | 'devtools'

/** Which events tell the app of a socket's end, in order: [] is "missing", ['close', 'close'] "doubled". */
export type EndEvents = readonly ('error' | 'close')[]
export interface CloseCode {
  readonly code: number
  readonly reason: string
}

export interface Quirks {
  // ---- asking for a socket (sections 1 and 2)
  /** How a connectSocket beyond the budget, outside the domain list or with a bad URL is refused. */
  refusal: 'fail' | 'onError' | 'both'
  /** What connectSocket returns when it refuses. */
  refusedTask: 'dead' | 'undefined'
  /** What an accepted connectSocket returns: the task, a promise of it (taro#919), or a task of send and close only. */
  givenTask: 'task' | 'promised' | 'unheard'
  /** With givenTask 'promised': ms until the promise is kept. */
  promiseDelay: number
  /** The option `timeout` of connectSocket is not known: only `connectTimeout` counts (base libraries before 2.10.0). */
  timeoutOption: 'honoured' | 'ignored'
  /** When `success` comes; it means "accepted", never "connected". */
  success: 'at-once' | 'soon' | 'after-open' | 'never'
  /** 'lost': listeners registered after the tick of connectSocket never hear (official warning, section 3). */
  lateListeners: 'heard' | 'lost'
  /** `protocols: 'mqtt'` instead of an array: fails on Android, works on iOS. */
  protocolString: 'fails' | 'works'
  /** 'hangs': onOpen never comes, the 60 s limit ends it; 'hangs-silently': that is not told either. */
  handshake: 'normal' | 'hangs' | 'hangs-silently'
  /** ms from the open link to onOpen. */
  openDelay: number
  /** With openDelay: the server's first messages overtake onOpen (WeChat 7.0.8). */
  messageBeforeOpen: boolean
  /** The platform's own connect limit in ms (app.json networkTimeout.connectSocket). */
  connectTimeout: number
  /** The member of SocketTask that nobody should read. */
  readyState: 'true' | 'absent' | 0 | 1 | 2 | 3
  /** Socket errors carry no errno today; true adds those of section 2.1. */
  socketErrno: boolean
  /** Replaces the text of a failed connect (iOS localises some). */
  failureTexts: Partial<Record<LinkFailure['kind'], string>>

  // ---- what events carry
  /** What onClose, onError and `fail` of a socket are given instead of their result; 'result': that (paho.mqtt.wxapp#17). */
  given: 'result' | { readonly instead: unknown }
  /** `off*` of the app and the network throws (uni-app#1511). */
  offThrows: boolean
  /** How an API that `without` names is absent: not there, or its reading throws (one-page mode of Moments). */
  absent: 'undefined' | 'throws'

  // ---- sending
  /** A Uint8Array instead of an ArrayBuffer: DevTools and PC take it, phones send nothing or garbage, silently. */
  typedArray: 'sent' | 'nothing' | 'garbage'
  /** Every send fails with this text although the socket is open. */
  sendFailure: string | undefined

  // ---- the end of a socket (sections 2.3 and 3)
  closeWhileConnecting: 'refused' | 'ignored' | 'honoured'
  /** Every close() fails with this text. */
  closeFailure: string | undefined
  /** How close() on a socket that is gone is refused, where it is not the words of the profile (WuKongIM#513: "task not found"). */
  goneText: string | undefined
  /** ms by which onClose is late. */
  closeDelay: number
  /** ms for which the budget counts a socket that has ended. */
  slotReleaseDelay: number
  /** ms until the platform stops waiting for the peer's half of the closing handshake; Infinity: until the server speaks. */
  closeTimeout: number
  ownClose: EndEvents
  ownCloseCode: CloseCode | 'as-asked'
  /** The server sent a close frame. */
  serverClose: EndEvents
  serverCloseCode: CloseCode | 'kept'
  /** The link broke without a close frame. */
  lost: EndEvents
  lostCode: CloseCode
  connectFailure: EndEvents

  // ---- background (section 4)
  /** ms hidden until suspension; Infinity where it never happens. */
  suspendAfter: number
  /** ms suspended until the process is destroyed. */
  destroyAfter: number
  /** false: JS goes on while suspended (background audio), only the network is forbidden. */
  freezes: boolean
  /** false: suspension leaves sockets alone. */
  backgroundCut: boolean
  background: EndEvents
  backgroundCode: CloseCode
  /** What the server sees of the cut: a close frame, a broken link, or nothing (half-open). */
  backgroundToServer: 'close-frame' | 'drop' | 'nothing'
  /** ms after return in which network APIs still fail with "suspend" (Android). */
  suspendEcho: number
  resumeOrder: readonly ResumeStep[]
  /** false: onAppShow is never told (reported from the field; the user taps all the same). */
  showEvents: boolean

  // ---- network (section 8)
  /** What `none` is called. */
  offlineType: 'none' | 'offline'
  /** Sockets when the network goes: dead without a word, or ended at once. */
  networkLoss: 'silent' | 'ends'
  /** Sockets when wifi and cellular change places: unharmed, dead without a word, or ended. */
  networkSwitch: 'survives' | 'silent' | 'ends'
  networkEnd: EndEvents
  /** false: onNetworkStatusChange does not fire (reported for 4G -> wifi). */
  networkEvents: boolean
  /** What getNetworkType says, whatever is true (WuKongIMFlutterSDK#55: `none` for ever). */
  networkAnswer: 'true' | 'none'
  /** What `isConnected` says, whatever the type says. */
  isConnected: 'true' | boolean

  // ---- disk (section 7)
  /** Bytes for all files of the mini-program. */
  diskQuota: number
  /** ms that an asynchronous file call takes. */
  fileDelay: number
  /** true: appendFile creates the file; on phones it must be there (error 1300002). */
  appendCreates: boolean
  /** true: a write that the death of the process interrupts leaves its first half. */
  tornWrites: boolean
  /** Every write fails with "Input/output error". */
  diskBroken: boolean
  /** Every setStorage fails. */
  storageBroken: boolean
}

const wellBehaved: Quirks = {
  refusal: 'fail',
  refusedTask: 'dead',
  givenTask: 'task',
  promiseDelay: 0,
  timeoutOption: 'honoured',
  success: 'soon',
  lateListeners: 'heard',
  protocolString: 'works',
  handshake: 'normal',
  openDelay: 0,
  messageBeforeOpen: false,
  connectTimeout: 60_000,
  readyState: 'true',
  socketErrno: false,
  failureTexts: {},
  given: 'result',
  offThrows: false,
  absent: 'undefined',
  typedArray: 'sent',
  sendFailure: undefined,
  closeWhileConnecting: 'honoured',
  closeFailure: undefined,
  goneText: undefined,
  closeDelay: 0,
  slotReleaseDelay: 0,
  closeTimeout: 5000,
  ownClose: ['close'],
  ownCloseCode: 'as-asked',
  serverClose: ['close'],
  serverCloseCode: 'kept',
  lost: ['close'],
  lostCode: { code: 1006, reason: 'abnormal closure' },
  connectFailure: ['error', 'close'],
  suspendAfter: 5000,
  destroyAfter: 30 * 60_000,
  freezes: true,
  backgroundCut: true,
  background: ['close'],
  backgroundCode: { code: 1006, reason: 'interrupted' },
  backgroundToServer: 'drop',
  suspendEcho: 0,
  resumeOrder: ['show', 'events', 'timers'],
  showEvents: true,
  offlineType: 'none',
  networkLoss: 'silent',
  networkSwitch: 'survives',
  networkEnd: ['error', 'close'],
  networkEvents: true,
  networkAnswer: 'true',
  isConnected: 'true',
  diskQuota: 200 * 1024 * 1024,
  fileDelay: 1,
  appendCreates: false,
  tornWrites: false,
  diskBroken: false,
  storageBroken: false,
}

const ofProfile: Record<Profile, Partial<Quirks>> = {
  android: {
    protocolString: 'fails',
    typedArray: 'nothing',
    closeWhileConnecting: 'refused',
    connectFailure: ['error'],
    backgroundCode: { code: 0, reason: 'interrupted' },
    networkSwitch: 'silent',
  },
  ios: {
    typedArray: 'garbage',
    closeWhileConnecting: 'ignored',
    connectFailure: ['error'],
    lostCode: { code: 1001, reason: 'Stream end encountered' },
    backgroundCode: { code: 1000, reason: 'interrupted' },
    backgroundToServer: 'close-frame',
    offlineType: 'offline',
    networkSwitch: 'ends',
  },
  pc: { closeTimeout: 2000 },
  devtools: { closeTimeout: 2000, suspendAfter: Infinity, success: 'at-once', appendCreates: true },
}

const reported: Record<Profile, Partial<Quirks>> = {
  android: {
    refusal: 'onError',
    closeDelay: 300,
    slotReleaseDelay: 100,
    lost: [],
    suspendEcho: 1500,
    networkEvents: false,
    resumeOrder: ['timers', 'show', 'events'],
    readyState: 1,
    lateListeners: 'lost',
  },
  ios: {
    refusal: 'both',
    background: [],
    backgroundToServer: 'nothing',
    slotReleaseDelay: 100,
    lost: ['close', 'error', 'close'],
    serverCloseCode: { code: 1000, reason: '' },
    resumeOrder: ['timers', 'events', 'show'],
    readyState: 1,
    lateListeners: 'lost',
  },
  pc: { refusal: 'onError', refusedTask: 'undefined', ownClose: ['close', 'close'], readyState: 'absent' },
  devtools: { refusal: 'both', connectFailure: ['close', 'error'], ownClose: ['close', 'close'] },
}

/** The best-behaved phone of this profile. */
export const quirksOf = (profile: Profile): Quirks => ({ ...wellBehaved, ...ofProfile[profile] })

/** Spread over a phone's quirks: the worst that was reported of this profile, at once. */
export const harsh = (profile: Profile): Partial<Quirks> => reported[profile]
