import { Connection, ConnectionOptions, Part, ConnectionError, LogRecord } from './connection.js';

/** What NIM tells after a login; `undefined` where neither the server nor the app told it. */
interface NimLoginInfo {
    readonly account: string;
    /** Names this login: the server's `connectionId`, else one that this phone drew. New at each login. */
    readonly connectionId: string;
    /** The device of the account's login before this one. */
    readonly lastLoginDeviceId: string | undefined;
    /** The option, as it was given. */
    readonly customTag: string | undefined;
    /** The client's address and port, as the server sees them. */
    readonly ip: string | undefined;
    readonly port: number | undefined;
    readonly country: string | undefined;
}
interface NimError {
    /** 302 wrong account or token, 417 logged in elsewhere, 'kicked', else the number of docs/codes.md; absent after disconnect() and destroy(). */
    readonly code?: number | 'kicked';
    readonly message?: string;
    /** Ours, with its remedy. */
    readonly cause?: ConnectionError;
}
interface NimReconnect {
    /** The number of the next attempt, from 1. */
    readonly retryCount: number;
    /** Whole milliseconds until it. */
    readonly duration: number;
}
interface NimOptions {
    /** NIM's app key; `org#app` as it is, any other is the app of the org `nim`. */
    readonly appKey: string;
    readonly account: string;
    readonly token: string;
    /** Handed back by `onconnect`; goes nowhere else. */
    readonly customTag?: string | undefined;
    readonly onconnect?: ((info: NimLoginInfo) => void) | undefined;
    /** The link is down, or could not be made, and is being made again. */
    readonly onwillreconnect?: ((info: NimReconnect) => void) | undefined;
    /** The login is over: once, whoever ended it. */
    readonly ondisconnect?: ((error: NimError) => void) | undefined;
    readonly onerror?: ((error: NimError) => void) | undefined;
    /** Every record to the console. */
    readonly debug?: boolean | undefined;
    /** Hears every record. */
    readonly logFunc?: ((record: LogRecord) => void) | undefined;
}
/** Where the server is: every option of `Connection` but those that NIM names itself. */
type NimServer = Omit<ConnectionOptions, 'appKey' | 'debug' | 'logFunc'>;
/** `error`: the platform did not confirm that the socket is closed (CloseUnconfirmed 35035). */
interface NimDone {
    readonly done?: ((error?: ConnectionError) => void) | undefined;
}
declare class NIM {
    /** Ours, for everything that NIM's names do not cover. */
    readonly connection: Connection;
    private readonly key;
    private options;
    private life;
    private logins;
    /**
     * Where the server is: called once, before the first getInstance. Every option of `Connection` but the app key. `more`: parts
     * that each instance's connection is handed, such as `logins()` (needed where there is no `url`), `log()`, `messages()`.
     */
    static configure(options: NimServer, ...more: readonly Part<unknown>[]): void;
    /**
     * One instance for each account: later calls update what they are given (callbacks, token, `debug`, `logFunc`), and connect
     * it again, at once, if it is disconnected. Throws InvalidOption, which names what is missing or wrong.
     */
    static getInstance(options: NimOptions): NIM;
    private constructor();
    /** Connects, unless it is connected; a retry that waits is made now. What was destroyed says so through onerror (35003). */
    connect(): void;
    /** Calls ondisconnect at once; the socket is closed when `done` is called. */
    disconnect(options?: NimDone): void;
    /** As disconnect(), and forgets the instance: the next getInstance makes a new one. `done` comes only after the socket's onClose. */
    destroy(options?: NimDone): void;
    /** The one place where an end is told: never twice, and never of what is destroyed. */
    private end;
    private update;
    private loginInfo;
}
/** For `const NIM = require('miniprogram-im/nim')`. */
declare const configure: typeof NIM.configure;
declare const getInstance: typeof NIM.getInstance;

export { NIM, configure, NIM as default, getInstance };
export type { NimDone, NimError, NimLoginInfo, NimOptions, NimReconnect, NimServer };
