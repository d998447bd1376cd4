/** How a file was handed over: shared in a chat, saved on a PC, or only its path is known. */
type Handover = {
    readonly how: 'shared' | 'saved' | 'path';
    readonly path: string;
};

interface CacheStats {
    /** Bytes on disk, of this and earlier starts. */
    bytes: number;
    /** Bytes in memory. */
    cached: number;
    /** Bytes that made room for newer ones. */
    evicted: number;
    /** Of these, bytes that were never on disk. */
    lost: number;
    /** Writes that failed. */
    failures: number;
}

interface LogConfig {
    /** Keep records for `export`, `download` and `upload`; true. Off: what is already kept stays until `clear`. */
    readonly useCache?: boolean | undefined;
    /** Bytes, in memory and on disk together; 3 MiB. */
    readonly maxCache?: number | undefined;
    /** Records of WARN and above also to WeChat's real-time log (`wx.getRealtimeLogManager`), inside its quota; false. */
    readonly realtimeLog?: boolean | undefined;
    /** Records of INFO and above also to the log that users attach to feedback (`wx.getLogManager`); false. */
    readonly feedbackLog?: boolean | undefined;
}
interface LogStats extends Readonly<CacheStats> {
    /** Records that were written since the start of the app. */
    readonly records: number;
    /** Calls of `onLog`, `logFunc` and other sinks that threw. */
    readonly sinkFailures: number;
}
interface UploadOptions {
    /** Asks the user; the log leaves the phone only after a true. */
    readonly consent: () => boolean | Promise<boolean>;
    /** Also over what is not Wi-Fi; false. */
    readonly allowMetered?: boolean;
}
interface UploadResult {
    /** The log's id at the server, to tell support. */
    readonly id: string;
    readonly bytes: number;
}
/** What the log part adds: records that are kept, also over starts of the app, and leave the phone. */
interface LogCalls {
    /** What is left out or undefined stays. Throws InvalidArgument, which names what is unknown or wrong. */
    setConfig(config: LogConfig): void;
    /** The newest records, also of earlier starts, as NDJSON within `maxCache` bytes, after a header line. */
    export(): Promise<string>;
    /** `export` as a file: shared in a chat on a phone (inside a tap), saved on a PC, else its path. */
    download(): Promise<Handover>;
    /** `export` to the server; only with `enableReportLogs`, the user's consent, and over Wi-Fi unless allowed. */
    upload(options: UploadOptions): Promise<UploadResult>;
    /** Empties memory and disk. */
    clear(): Promise<void>;
    stats(): LogStats;
}

/**
 * A part, to be handed to a connection: `conn.use(part)` gives its calls. Late and more than once is fine: the same
 * connection gives the same calls. One of another version of this package is refused.
 */
interface Part<Api> {
    readonly name: string;
    /** The version of the package it comes from. */
    readonly version: string;
    /** For the connection. */
    readonly start: (host: never) => {
        readonly api: Api;
    };
}

declare const VERSION = "0.1.0";

/** Keeps the records of the app's log, beginning with the newest of those that came before; one log for all connections. */
declare const log: () => Part<LogCalls>;

export { VERSION, log };
export type { CacheStats, Handover, LogCalls, LogConfig, LogStats, Part, UploadOptions, UploadResult };
