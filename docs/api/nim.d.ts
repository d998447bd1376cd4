import { Connection, ConnectionOptions, ConnectionError, LogRecord } from './index.js';

/** What NIM tells after a login; what our protocol does not know is absent (country, ip, port, customTag). */
interface NimLoginInfo {
    readonly account: string;
    readonly connectionId: string;
    readonly lastLoginDeviceId: string;
}
interface NimError {
    /** 302 wrong account or token, 417 logged in elsewhere, 'kicked', else the number of docs/codes.md; absent after disconnect() and destroy(). */
    readonly code?: number | 'kicked';
    readonly message?: string;
    /** Ours, with its remedy. */
    readonly cause?: ConnectionError;
}
interface NimOptions {
    /** NIM's app key; `org#app` as it is, any other is the app of the org `nim`. */
    readonly appKey: string;
    readonly account: string;
    readonly token: string;
    onconnect?(info: NimLoginInfo): void;
    /** `duration`: milliseconds to the next attempt; `retryCount`: its number, from 1. */
    onwillreconnect?(info: {
        readonly retryCount: number;
        readonly duration: number;
    }): void;
    ondisconnect?(error: NimError): void;
    onerror?(error: NimError): void;
    readonly debug?: boolean;
    logFunc?(record: LogRecord): void;
}
type Surroundings = Omit<ConnectionOptions, 'appKey' | 'debug' | 'logFunc'>;
declare class NIM {
    /** Ours, for everything that NIM's names do not cover. */
    readonly connection: Connection;
    private options;
    /** Where the server is: called once, before the first getInstance. Every option of `Connection` but the app key. */
    static configure(options: Surroundings): void;
    /** One instance for each account: later calls update its callbacks and token, and connect it again if it is disconnected. */
    static getInstance(options: NimOptions): NIM;
    private constructor();
    connect(): void;
    /** Calls ondisconnect at once; the socket is closed when `done` is called. */
    disconnect({ done }?: {
        readonly done?: (error?: ConnectionError) => void;
    }): void;
    /** As disconnect(), and forgets the instance: the next getInstance makes a new one. `done` comes only after the socket's onClose. */
    destroy({ done }?: {
        readonly done?: (error?: ConnectionError) => void;
    }): void;
}

export { NIM, NIM as default };
export type { NimError, NimLoginInfo, NimOptions, Surroundings };
