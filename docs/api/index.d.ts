/** What a failure is called; `error.name` is one of these. */
type ErrorName = 'Unknown' | 'UserLoginAnotherDevice' | 'UserRemoved' | 'KickedByChangePassword' | 'KickedByOtherDevice' | 'UnacceptableProtocolVersion' | 'IdentifierRejected' | 'ServerUnavailable' | 'TokenIncorrect' | 'NotAuthorized' | 'AppBlockedOrDeleted' | 'UserBlocked' | 'UserKicked' | 'UserBlockedWhileConnected' | 'TokenExpired' | 'OneTimePasswordUsed' | 'PlatformMismatch' | 'UserDeletedAccount' | 'ClientNotInit' | 'ConnectionExist' | 'ConnectionTimeout' | 'InvalidOption' | 'InvalidArgument' | 'Destroyed' | 'ConnectionClosed' | 'NotConnected' | 'NetworkUnavailable' | 'AppSuspended' | 'DomainNotAllowed' | 'InvalidUrl' | 'SocketBudgetExhausted' | 'SocketFailed' | 'SocketTimeout' | 'TlsFailed' | 'HandshakeRefused' | 'LinkLost' | 'HeartbeatTimeout' | 'ProtocolViolated' | 'ServerShuttingDown' | 'ServerBusy' | 'ServerMoved' | 'ServerRefused' | 'SubscriptionRefused' | 'PublishRefused' | 'PacketTooLarge' | 'QueueFull' | 'SessionLost' | 'UnsupportedHere' | 'EndpointsUnavailable' | 'TokenUnavailable' | 'TokenRefused' | 'RestFailed' | 'UserExists' | 'RegistrationClosed' | 'MessageSkipped' | 'CloseUnconfirmed' | 'InvalidMessage' | 'MessageTooLarge' | 'MessageExpired' | 'MessageCancelled' | 'FileTooLarge' | 'FileRefused' | 'UploadFailed' | 'StoreUnavailable' | 'GroupNotFound' | 'NotGroupMember' | 'NotGroupOwner' | 'RecallTooLate' | 'LogUploadDisabled' | 'LogConsentRefused' | 'LogUploadMetered' | 'TapRequired' | 'LogNotWritten';
/** The number of every condition by its name. */
interface ErrorCodes {
    readonly Unknown: -1;
    readonly UserLoginAnotherDevice: 206;
    readonly UserRemoved: 207;
    readonly KickedByChangePassword: 216;
    readonly KickedByOtherDevice: 217;
    readonly UnacceptableProtocolVersion: 31001;
    readonly IdentifierRejected: 31002;
    readonly ServerUnavailable: 31003;
    readonly TokenIncorrect: 31004;
    readonly NotAuthorized: 31005;
    readonly AppBlockedOrDeleted: 31008;
    readonly UserBlocked: 31009;
    readonly UserKicked: 31010;
    readonly UserBlockedWhileConnected: 31011;
    readonly TokenExpired: 31020;
    readonly OneTimePasswordUsed: 31027;
    readonly PlatformMismatch: 31028;
    readonly UserDeletedAccount: 31029;
    readonly ClientNotInit: 33001;
    readonly ConnectionExist: 34001;
    readonly ConnectionTimeout: 34006;
    readonly InvalidOption: 35001;
    readonly InvalidArgument: 35002;
    readonly Destroyed: 35003;
    readonly ConnectionClosed: 35004;
    readonly NotConnected: 35005;
    readonly NetworkUnavailable: 35006;
    readonly AppSuspended: 35007;
    readonly DomainNotAllowed: 35008;
    readonly InvalidUrl: 35009;
    readonly SocketBudgetExhausted: 35010;
    readonly SocketFailed: 35011;
    readonly SocketTimeout: 35012;
    readonly TlsFailed: 35013;
    readonly HandshakeRefused: 35014;
    readonly LinkLost: 35015;
    readonly HeartbeatTimeout: 35016;
    readonly ProtocolViolated: 35017;
    readonly ServerShuttingDown: 35018;
    readonly ServerBusy: 35019;
    readonly ServerMoved: 35020;
    readonly ServerRefused: 35021;
    readonly SubscriptionRefused: 35022;
    readonly PublishRefused: 35023;
    readonly PacketTooLarge: 35024;
    readonly QueueFull: 35025;
    readonly SessionLost: 35026;
    readonly UnsupportedHere: 35027;
    readonly EndpointsUnavailable: 35028;
    readonly TokenUnavailable: 35029;
    readonly TokenRefused: 35030;
    readonly RestFailed: 35031;
    readonly UserExists: 35032;
    readonly RegistrationClosed: 35033;
    readonly MessageSkipped: 35034;
    readonly CloseUnconfirmed: 35035;
    readonly InvalidMessage: 35101;
    readonly MessageTooLarge: 35102;
    readonly MessageExpired: 35103;
    readonly MessageCancelled: 35104;
    readonly FileTooLarge: 35105;
    readonly FileRefused: 35106;
    readonly UploadFailed: 35107;
    readonly StoreUnavailable: 35108;
    readonly GroupNotFound: 35109;
    readonly NotGroupMember: 35110;
    readonly NotGroupOwner: 35111;
    readonly RecallTooLate: 35112;
    readonly LogUploadDisabled: 35201;
    readonly LogConsentRefused: 35202;
    readonly LogUploadMetered: 35203;
    readonly TapRequired: 35204;
    readonly LogNotWritten: 35205;
}

/** The number of a condition. */
type ErrorCode = ErrorCodes[ErrorName];
/** The number of every condition by its name: `ErrorCode.TokenExpired === 31020`. */
declare const ErrorCode: ErrorCodes;

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

interface LogRecord {
    /** Milliseconds since 1970, by the phone's clock. */
    readonly t: number;
    /** 0 trace, 1 debug, 2 info, 3 warning, 4 error. */
    readonly level: 0 | 1 | 2 | 3 | 4;
    readonly area: string;
    readonly event: string;
    readonly fields?: Readonly<Record<string, unknown>>;
    /** Number of the connection within this start of the app. */
    readonly connection?: number;
    /** Number of the attempt that it belongs to. */
    readonly attempt?: number;
}

type LogLevel = 0 | 1 | 2 | 3 | 4 | 5 | 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'SILENT';
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
/** What every connection brings: who hears the records. */
interface ConsoleLogger {
    /** Everything, to the cache and the console. */
    enableAll(): void;
    /** Nothing. */
    disableAll(): void;
    /** Lowest level that is kept and shown, 0 to 5 or its name. Until it is called all is kept and WARN is shown. */
    setLevel(level: LogLevel): void;
    /** Hides the console's records, and shows again what was shown before. */
    setConsoleLogVisibility(visible: boolean): void;
    /** Hears every record of the level and above; without secrets. */
    onLog?: ((log: LogRecord) => void) | null;
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
/** What an app and its support do with the log. */
interface Logger extends ConsoleLogger, LogCalls {
}

interface LoginByPassword {
    /** 1 to 64 of `A-Z a-z 0-9 _ - .`, not only dots; `Alice` and `alice` are two users. A WeChat openid is one as it is. */
    readonly user: string;
    /** 1 to 128 characters; exchanged for a token at `apiUrl`, never sent to the message server. */
    readonly pwd: string;
}
interface LoginByToken {
    readonly user: string;
    /** May be left out where a `tokenProvider` is set. */
    readonly accessToken?: string;
}
type Login = (LoginByPassword | LoginByToken) & {
    /**
     * **Seconds** for the whole login (RongCloud's timeLimit). > 0: gives up after them with ConnectionTimeout 34006 and stays
     * stopped. <= 0: tries until it succeeds or is definitely refused. Left out: autoReconnectNumMax bounds the retries.
     */
    readonly timeout?: number;
};

/**
 * The one error class of the SDK. `message` says what went wrong, `remedy` what to do about it, `cause` carries
 * what lay underneath (a platform `errMsg`, a reason code, another error). Never carries a token or a password.
 */
declare class ConnectionError extends Error {
    /** The condition; a `switch` over it is checked by the compiler. */
    readonly name: ErrorName;
    /** The number of the condition; one number per condition, see docs/codes.md. */
    readonly code: ErrorCode;
    /** What to do about it; may be empty. */
    readonly remedy: string;
    readonly cause: unknown;
    /** What was seen, without the general sentence that `message` begins with. */
    readonly detail: string | undefined;
    /** True on errors of every copy of the package, where `instanceof` would fail. */
    readonly isConnectionError = true;
    /** `last`: nothing is retried any more, whatever the condition promises elsewhere. */
    constructor(name: ErrorName, detail?: string, cause?: unknown, last?: boolean);
}
/** Whether a value is a ConnectionError, also of another copy of this package. */
declare const isConnectionError: (value: unknown) => value is ConnectionError;

/** What the server told when it accepted the session. */
interface SessionInfo {
    /** The server still had the session: nothing sent meanwhile is lost. */
    readonly resumed: boolean;
    readonly protocolVersion: 4 | 5;
    readonly clientId: string;
    /** Milliseconds since 1970 by the server's clock, where it tells. */
    readonly serverTime?: number | undefined;
    /** The server's properties for people and logs; `undefined` in MQTT 3.1.1. */
    readonly properties?: Readonly<Record<string, unknown>> | undefined;
}
interface IncomingMessage {
    readonly topic: string;
    /** A view into what the platform received: to be read or copied before the call ends. */
    readonly payload: Uint8Array;
    readonly qos: 0 | 1 | 2;
    readonly retain: boolean;
    readonly dup: boolean;
    readonly properties?: Readonly<Record<string, unknown>> | undefined;
}

/** Spelled out for the published types; the table in transition.ts has a row for each, which holds the two together. */
type StateName = 'idle' | 'authorizing' | 'queued' | 'opening' | 'handshaking' | 'online' | 'waiting' | 'paused' | 'gaveUp' | 'stopped' | 'closing' | 'destroyed';

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

interface WxFailure {
    readonly errMsg: string;
    readonly errno?: number;
}
interface WxCallbacks<T = unknown> {
    success?: (result: T) => void;
    fail?: (failure: WxFailure) => void;
}
/** What `send` and `close` return differs: nothing at WeChat, a promise at look-alikes. */
interface WxSocketTask {
    send(options: {
        data: ArrayBuffer | string;
    } & WxCallbacks): unknown;
    close(options: {
        code: number;
        reason: string;
    } & WxCallbacks): unknown;
    onOpen(listener: (result: unknown) => void): void;
    onClose(listener: (result: {
        code: number;
        reason: string;
    }) => void): void;
    onError(listener: (failure: WxFailure) => void): void;
    onMessage(listener: (result: {
        data: ArrayBuffer | string;
    }) => void): void;
}
interface WxUploadTask {
    abort(): void;
    onProgressUpdate(listener: (result: {
        totalBytesSent: number;
        totalBytesExpectedToSend: number;
    }) => void): void;
}
interface WxFileSystem {
    readFile(options: {
        filePath: string;
        encoding: 'utf8';
    } & WxCallbacks<{
        data: string | ArrayBuffer;
    }>): void;
    writeFile(options: {
        filePath: string;
        data: string;
        encoding: 'utf8';
    } & WxCallbacks): void;
    appendFile(options: {
        filePath: string;
        data: string;
        encoding: 'utf8';
    } & WxCallbacks): void;
    unlink(options: {
        filePath: string;
    } & WxCallbacks): void;
    readdir(options: {
        dirPath: string;
    } & WxCallbacks<{
        files: string[];
    }>): void;
    mkdir(options: {
        dirPath: string;
        recursive: boolean;
    } & WxCallbacks): void;
    readFileSync(filePath: string, encoding: 'utf8'): string | ArrayBuffer;
    writeFileSync(filePath: string, data: string, encoding: 'utf8'): void;
    appendFileSync(filePath: string, data: string, encoding: 'utf8'): void;
    unlinkSync(filePath: string): void;
    readdirSync(dirPath: string): string[];
    mkdirSync(dirPath: string, recursive: boolean): void;
    statSync(path: string): unknown;
}
interface WxNetwork {
    isConnected?: boolean;
    networkType: string;
}
/**
 * What `wx.getRealtimeLogManager()` gives; one page's time on screen is one entry of at most 5 KB and 200 calls. Given a text;
 * typed so that uni-app's typings, which ask for an array, fit as well.
 */
interface WxRealtimeLog {
    warn(line: never): void;
    error(line: never): void;
    /** Base library 2.19.4; before it nobody can tell what still fits, and nothing is written. */
    getCurrentState?: () => {
        size: number;
        maxSize: number;
        logCount: number;
        maxLogCount: number;
    };
}
/** What `wx.getLogManager()` gives: 5 MB, oldest out; the user sends it with feedback. */
interface WxFeedbackLog {
    info(line: never): void;
    warn(line: never): void;
}
type WxListen<T> = (listener: (result: T) => void) => void;
/** What an ear was given does not matter any more; WeChat's typings disagree with themselves about it. */
type WxForget = (listener: (result: unknown) => void) => void;
interface WxApi {
    connectSocket(options: {
        url: string;
        protocols?: string[];
        header?: Record<string, string>;
        timeout?: number;
        tcpNoDelay?: boolean;
    } & WxCallbacks): WxSocketTask | undefined;
    onAppShow?: WxListen<unknown>;
    offAppShow?: WxForget;
    onAppHide?: WxListen<unknown>;
    offAppHide?: WxForget;
    onNetworkStatusChange?: WxListen<{
        isConnected: boolean;
        networkType: string;
    }>;
    offNetworkStatusChange?: WxForget;
    onNetworkWeakChange?: WxListen<{
        weakNet: boolean;
        networkType: string;
    }>;
    offNetworkWeakChange?: WxForget;
    getNetworkType?: (options: WxCallbacks<WxNetwork>) => void;
    getStorageSync?: (key: string) => unknown;
    setStorageSync?: (key: string, value: string) => void;
    removeStorageSync?: (key: string) => void;
    env?: {
        USER_DATA_PATH?: string;
    };
    getFileSystemManager?: () => WxFileSystem;
    request?: (options: {
        url: string;
        method: 'GET' | 'POST' | 'PUT' | 'DELETE';
        header: Readonly<Record<string, string>>;
        data?: string;
        dataType: string;
        responseType: 'text';
        timeout: number;
    } & WxCallbacks<{
        statusCode: number;
        data: unknown;
    }>) => unknown;
    uploadFile?: (options: {
        url: string;
        filePath: string;
        name: string;
        header: Readonly<Record<string, string>>;
        formData: Readonly<Record<string, string>>;
    } & WxCallbacks<{
        statusCode: number;
        data: string;
    }>) => WxUploadTask;
    getDeviceInfo?: () => {
        platform?: string;
        model?: string;
        system?: string;
    };
    getAppBaseInfo?: () => {
        version?: string;
        SDKVersion?: string;
    };
    getSystemInfoSync?: () => {
        platform?: string;
        model?: string;
        system?: string;
        version?: string;
        SDKVersion?: string;
    };
    getAccountInfoSync?: () => {
        miniProgram?: {
            appId?: string;
            version?: string;
        };
    };
    getRealtimeLogManager?: () => WxRealtimeLog;
    getLogManager?: (options: {
        level: 0 | 1;
    }) => WxFeedbackLog;
    shareFileMessage?: (options: {
        filePath: string;
        fileName: string;
    } & WxCallbacks) => void;
    saveFileToDisk?: (options: {
        filePath: string;
    } & WxCallbacks) => void;
}
/** Taro's: as WxApi, but the task is promised (taro#919). */
interface PromisingWxApi extends Omit<WxApi, 'connectSocket'> {
    connectSocket(options: Parameters<WxApi['connectSocket']>[0]): PromiseLike<WxSocketTask>;
}

/** The options of a connection alone. */
interface BaseOptions {
    /** `org#app`: names the app on the server and in every topic. Required. */
    readonly appKey: string;
    /** The message server, `wss://...`. May be left out when `isHttpDNS` is on and `apiUrl` is set. Source: Easemob, 初始化及登录. */
    readonly url?: string;
    /** The REST server, `https://...`: password logins, the endpoint list, groups, attachments, log upload. Source: Easemob, 初始化及登录. */
    readonly apiUrl?: string;
    /**
     * Fetch the list of message servers from `apiUrl`, rotate through it on failure, fetch it again after repeated failures;
     * fall back to the last good list in the phone's storage, then to `url`. Does nothing without `apiUrl`. Default true. Source: Easemob, 初始化及登录.
     */
    readonly isHttpDNS?: boolean;
    /** Refuse plain `ws:` and `http:` except to loopback. `false` permits them (a preview in the local network). Default true. Source: Easemob, 初始化及登录. */
    readonly https?: boolean;
    /** Milliseconds of silence before a ping, 1,000 to 600,000; every ping must be answered within 10 s. Default 30,000. Source: Easemob, 初始化及登录. */
    readonly heartBeatWait?: number;
    /** Retries after a drop before `onDisconnected`: 0 none, Infinity without end. Not spent while the app is hidden or the network is gone. Default 5. Source: Easemob, 初始化及登录. */
    readonly autoReconnectNumMax?: number;
    /** Milliseconds: the first delay of a lone drop is below it. Default 1,000. */
    readonly reconnectBaseDelay?: number;
    /** Milliseconds: no delay of a lone drop is above it. Default 30,000. */
    readonly reconnectMaxDelay?: number;
    /** Names this phone. Default: random, kept in the phone's storage. Source: Easemob, 初始化及登录. */
    readonly deviceId?: string;
    /** Allow log upload. Default false. Source: Easemob, 初始化及登录. */
    readonly enableReportLogs?: boolean;
    /** Fetches a fresh token from the app's own server; called once for all who wait. Throw `TokenRefused` to stop for good; any other failure is retried. */
    readonly tokenProvider?: () => Promise<string>;
    /** Sockets that all connections of the app together may hold, open and closing: 1 to 5. Default 2. */
    readonly maxSockets?: number;
    /** A user may be connected from several devices at once. Default false: a second device ends the first with 206. */
    readonly multiDevice?: boolean;
    /** MQTT user name of a user, for servers that want another shape; `{user}`, `{org}` and `{app}` are filled in. Default `{user}`. */
    readonly usernameFormat?: string;
    /** Seconds that the server keeps the session (and the messages of the meantime) after a drop; 0 to 2,592,000. Default 604,800 (7 days). */
    readonly sessionExpiry?: number;
    /**
     * Take part in messages: subscribe the user's inbox, and hold what arrives there until the messages part comes (`onWaiting`).
     * `false` for an app that never brings it: until it does, nothing is subscribed and nothing is held. Default true.
     */
    readonly inbox?: boolean;
    /** Another object with the slice of `wx` that we use (simulator, Taro, look-alike platforms). Default: the global `wx`. */
    readonly wx?: WxApi | PromisingWxApi;
    /** Every record of this connection to the console. Default false. Source: NIM, 登录登出. */
    readonly debug?: boolean;
    /** Hears every record of this connection. Source: NIM, 登录登出. */
    readonly logFunc?: (record: LogRecord) => void;
}

/** How a close ended: `confirmed` is false where the platform never said that the socket is gone. */
interface CloseResult {
    readonly confirmed: boolean;
}

interface ConnectionEvents {
    /** The server accepted the login, or the link came back. `resumed`: it still had the session, nothing of the meantime is lost. */
    onConnected: SessionInfo;
    /** The link is down, or could not be made: the next attempt (from 1) follows in `delay` ms. */
    onReconnecting: {
        readonly attempt: number;
        readonly delay: number;
        readonly cause: ConnectionError;
    };
    /** It will not come back by itself, but for the return of the app or the network after retries ran out. */
    onDisconnected: ConnectionError;
    /** The phone has a network again. */
    onOnline: undefined;
    /** The phone lost its network. */
    onOffline: undefined;
    /** Four fifths of the token's life are over; `remaining` in milliseconds. With a tokenProvider it is renewed by itself. */
    onTokenWillExpire: {
        readonly remaining: number;
    };
    onTokenExpired: undefined;
    /** Something failed that belongs to no call of the app. */
    onError: ConnectionError;
    onStateChange: {
        readonly from: StateName;
        readonly to: StateName;
    };
    /** Every PUBLISH that is no message of ours: for what the app subscribed itself. `payload` is valid during the call only. */
    onRawMessage: IncomingMessage;
    /**
     * `count` messages for the user wait for the messages part: nobody took them yet, the server keeps them too. Called at every
     * change, with 0 once the part took them. Without the messages part only.
     */
    onWaiting: {
        readonly count: number;
    };
}
type ListenerOf<Events, E extends keyof Events> = (payload: Events[E]) => void;
type HandlersOf<Events> = {
    readonly [E in keyof Events]?: ListenerOf<Events, E>;
};

interface PublishOptions {
    /** 0 at most once, 1 at least once, 2 exactly once. Default 1. */
    readonly qos?: 0 | 1 | 2;
    /** Default false. */
    readonly retain?: boolean;
}
/**
 * One login of one user. Keeps to the app's socket budget, comes back by itself after drops, and says why when it cannot.
 *
 * Calls reject with a `ConnectionError`; its `code` is listed in docs/codes.md.
 */
declare class BaseConnection<Events extends ConnectionEvents = ConnectionEvents> {
    private readonly core;
    private readonly settings;
    /** How to remove the handlers that were added under a name. */
    private readonly handlers;
    /** Opens nothing. Throws InvalidOption (35001), which names the option that is wrong. `home` is the entry's business. */
    constructor(options: BaseOptions, home: object);
    /**
     * Hands a part to this connection, early or late, and gives its calls: always the same for the same part. What arrived for
     * it meanwhile is handed to it in order. Throws InvalidArgument on a part of another version of this package, and what is
     * wrong with the part's options.
     */
    use<Api>(part: Part<Api>): Api;
    /**
     * Logs in. Resolves once the server has accepted; the link is then kept until `close()`.
     *
     * Definite refusals reject at once and are not retried; time-outs are, within `timeout` (seconds) or autoReconnectNumMax.
     * Errors: InvalidArgument, ConnectionExist 34001, ConnectionTimeout 34006, any refusal of the server. Source: RongCloud, 连接; Easemob, 初始化及登录.
     */
    open(login: Login): Promise<{
        readonly user: string;
        readonly accessToken: string;
    }>;
    /**
     * Logs out. Wins over everything under way. Resolves when the socket is closed, or after at most 20 s, and then says
     * whether the platform confirmed it. Does not forget messages that wait to be sent. Source: Easemob, 初始化及登录.
     */
    close(): Promise<CloseResult>;
    /**
     * As `close()`, and for good: from this call on no handler is called, and when it resolves no timer and no socket is left.
     * A socket whose end was not confirmed is still asked to close, for 75 s at most; then its slot is given back all the same.
     * `done` is called when it resolves, with CloseUnconfirmed 35035 where the platform never said that the socket is closed. Source: NIM, 登录登出.
     */
    destroy(options?: {
        readonly done?: ((error?: ConnectionError) => void) | undefined;
    }): Promise<CloseResult>;
    /**
     * Uses a new token from now on, without dropping the link where the server can, else with a quick reconnect that loses
     * nothing. Resolves when the server has accepted it. Errors: NotConnected when no login is under way. Source: Easemob, 初始化及登录.
     */
    renewToken(token: string): Promise<void>;
    /** Changes the options `debug` and `logFunc`; what is left out or undefined stays. Throws InvalidOption. Source: NIM, 登录登出. */
    setDebug(options: Pick<BaseOptions, 'debug' | 'logFunc'>): void;
    /** Whether messages flow right now. */
    isOpened(): boolean;
    /** Where the connection stands; docs/states.md lists the states. */
    get state(): StateName;
    /** The user of the last `open()`; empty before it. */
    get user(): string;
    /** The option, or what was drawn for this phone. */
    get deviceId(): string;
    /** For a status page: sockets of this connection, slots of the whole app, milliseconds of the last answered ping. */
    stats(): {
        readonly sockets: number;
        readonly slots: {
            readonly taken: number;
            readonly most: number;
            readonly max: number;
        };
        readonly roundTrip: number | undefined;
    };
    /**
     * Adds handlers under a name; the same name replaces them. Throws InvalidArgument, and adds none, where a name is no event or a
     * handler no function; `undefined` counts as left out. Source: Easemob, 初始化及登录.
     */
    addEventHandler(id: string, handlers: HandlersOf<Events>): void;
    /** Removes what was added under this name. Source: Easemob, 初始化及登录. */
    removeEventHandler(id: string): void;
    /** Listens to one event; a listener that throws does not keep others from hearing. Throws InvalidArgument for what is no event or no function. */
    on<E extends keyof Events & string>(event: E, listener: ListenerOf<Events, E>): this;
    off<E extends keyof Events & string>(event: E, listener: ListenerOf<Events, E>): this;
    /**
     * Publishes raw bytes or text to a topic. Resolves when the server has it (QoS 0: when it was handed to the socket).
     * Not queued: rejects with NotConnected while there is no link; once in flight, QoS 1 and 2 survive lost links.
     * Errors: InvalidArgument, NotConnected, PublishRefused or the server's own number, PacketTooLarge, QueueFull.
     */
    publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<void>;
    /**
     * Subscribes to topic filters; restored by itself whenever the server lost the session. Messages arrive through `onRawMessage`.
     * While the link is down it waits for the link. Errors: InvalidArgument, NotConnected when no login is under way, SubscriptionRefused.
     */
    subscribe(filters: string | readonly string[], options?: Pick<PublishOptions, 'qos'>): Promise<void>;
    unsubscribe(filters: string | readonly string[]): Promise<void>;
}

interface LoginCalls {
    /** Registers a user at `apiUrl`, where the server lets users register. Errors: UserExists, RegistrationClosed, RestFailed. Source: Easemob, 初始化及登录. */
    registerUser(user: {
        readonly username: string;
        readonly password: string;
    }): Promise<unknown>;
}

type ChatType = 'singleChat' | 'groupChat';
/** A map for the app's own use. JSON only; counts toward the limits of a message (docs/messages.md). */
type Ext = Readonly<Record<string, unknown>>;
/** What every message carries besides its body. */
interface MessageHead {
    /** Given by `message.create`; the same on the sender's and on every receiver's phone. */
    readonly id: string;
    readonly chatType: ChatType;
    /** Who sent it: proven by the server, never taken from the payload. */
    readonly from: string;
    /** A user id, or a group id when `chatType` is `groupChat`. */
    readonly to: string;
    /** Milliseconds since 1970 by the sender's phone. For display; the order of messages does not come from it. */
    readonly time: number;
    readonly ext?: Ext;
}
interface TextBody {
    readonly type: 'txt';
    readonly msg: string;
}
/** Also how kinds arrive that this version does not know: `customEvent` is the kind, `customExts` its body. */
interface CustomBody {
    readonly type: 'custom';
    readonly customEvent: string;
    readonly customExts?: Ext;
}
/** A command for the other app. Reaches the handler, is never kept in the history. */
interface CmdBody {
    readonly type: 'cmd';
    readonly action: string;
}
/** A file on the phone, to be uploaded when the message is sent. */
interface LocalFile {
    /** The platform's path, such as `tempFilePath` of `wx.chooseMedia`. */
    readonly url: string;
    readonly filename?: string;
    /** Bytes; where given, too large a file is refused before the upload. */
    readonly size?: number;
    /** Of an image or a video: a smaller picture on the phone, such as `thumbTempFilePath`, uploaded before it. */
    readonly thumb?: string;
}
/** What images, voices, videos and files have in common. */
interface Attachment {
    /** Where the file is. Absent only while it waits for its upload. */
    readonly url?: string;
    readonly filename?: string;
    /** Bytes. */
    readonly file_length?: number;
    /** While it waits for its upload. */
    readonly file?: LocalFile;
}
interface ImageBody extends Attachment {
    readonly type: 'img';
    /** Pixels. */
    readonly width?: number;
    readonly height?: number;
    /** Where a small version is. */
    readonly thumb?: string;
}
interface FileBody extends Attachment {
    readonly type: 'file';
    readonly filetype?: string;
}
interface AudioBody extends Attachment {
    readonly type: 'audio';
    /** Seconds, such as `duration / 1000` of `RecorderManager.onStop`. */
    readonly length?: number;
    readonly filetype?: string;
}
interface VideoBody extends Attachment {
    readonly type: 'video';
    /** Where a still picture of it is. Made of `file.thumb`, where that was given. */
    readonly thumb?: string;
    /** Pixels. */
    readonly width?: number;
    readonly height?: number;
    /** Seconds. */
    readonly length?: number;
    readonly filetype?: string;
}
interface LocationBody {
    readonly type: 'loc';
    /** Degrees, -90 to 90. */
    readonly lat: number;
    /** Degrees, -180 to 180. */
    readonly lng: number;
    readonly addr?: string;
    readonly buildingName?: string;
}
type Body = TextBody | CustomBody | CmdBody | ImageBody | AudioBody | VideoBody | FileBody | LocationBody;
type TextMessage = MessageHead & TextBody;
type CustomMessage = MessageHead & CustomBody;
type CmdMessage = MessageHead & CmdBody;
type ImageMessage = MessageHead & ImageBody;
type AudioMessage = MessageHead & AudioBody;
type VideoMessage = MessageHead & VideoBody;
type FileMessage = MessageHead & FileBody;
type LocationMessage = MessageHead & LocationBody;
type Message = TextMessage | CustomMessage | CmdMessage | ImageMessage | AudioMessage | VideoMessage | FileMessage | LocationMessage;
/** Where a message stands. `sending` waits in the outbox; `failed` left it unsent and may be sent again. */
type MessageStatus = 'received' | 'sending' | 'failed' | 'sent' | 'delivered' | 'read';
/** What is left in the history of a message that its sender took back. */
interface RecalledMessage extends MessageHead {
    readonly type: 'recalled';
    readonly status: 'recalled';
}
type StoredMessage = (Message & {
    readonly status: MessageStatus;
}) | RecalledMessage;
/** Where a message goes. */
interface MessageAddress {
    /** A user id, or a group id when `chatType` is `groupChat`. */
    readonly to: string;
    /** `singleChat` where it is left out. */
    readonly chatType?: ChatType;
}
interface OneToOne {
    /** A user id. */
    readonly to: string;
    readonly chatType?: 'singleChat';
}
/** "I have read message `id`", to its sender. Lowers the unread count. One-to-one only. Merged with others that still wait. */
interface ReadReceipt extends OneToOne {
    readonly type: 'read';
    /** The message that was read. */
    readonly id: string;
}
/** "I have read everything of this conversation", to the other side. One-to-one only. Also clears the unread count. */
interface ChannelReceipt extends OneToOne {
    readonly type: 'channel';
}
type NewMessage = (Body & MessageAddress & {
    readonly id?: string;
    readonly ext?: Ext;
}) | ReadReceipt | ChannelReceipt;
interface SendOptions {
    /** How far the upload of an attachment is, in bytes. */
    readonly onProgress?: (progress: {
        readonly loaded: number;
        readonly total: number;
    }) => void;
}
interface SendResult {
    readonly localMsgId: string;
    /** The same as `localMsgId`: the protocol has one id per message. */
    readonly serverMsgId: string;
    /** What was sent. Absent for receipts. */
    readonly message?: Message;
}
interface Receipt {
    /** The receipt's own id. */
    readonly id: string;
    readonly type: 'delivery' | 'read';
    /** The message that it is about. */
    readonly mid: string;
    readonly from: string;
    readonly to: string;
    readonly time: number;
}
/** A message was taken back by its sender; the history has a `RecalledMessage` in its place. */
interface RecallEvent {
    /** The recall's own id. */
    readonly id: string;
    readonly type: 'recall';
    readonly chatType: ChatType;
    /** The message that is gone. */
    readonly mid: string;
    /** Who sent it, and took it back: proven by the server. */
    readonly from: string;
    readonly to: string;
    readonly time: number;
}
/** The other side has read everything up to here. */
type ChannelEvent = Omit<Receipt, 'mid' | 'type'> & {
    readonly type: 'channel';
    /** Only where another device of this user read a group. */
    readonly chatType?: 'groupChat';
};
/** Something happened to a group that the user is or was in; `operation` is one of Easemob's names. */
interface GroupEvent {
    /**
     * About this user: `directJoined` was added, `removeMember` was removed, `destroy` the group is gone, `inviteToJoin` was
     * invited; and of those whom this user invited: `acceptInvite`, `rejectInvite`. About a group that the user is in:
     * `memberPresence` and `memberAbsence` one came or left, `membersPresence` and `membersAbsence` several did, `updateInfo`,
     * `changeOwner`. More may come: ignore what you do not know. Another device of this user did it where `from` is the user.
     */
    readonly operation: string;
    readonly id: string;
    /** Who came or left; else who did it. Absent where several came or left. */
    readonly from?: string;
    /** Who brought in or removed those who came or left. */
    readonly by?: string;
    /** Of `membersPresence` and `membersAbsence`, at most 500 each time. */
    readonly members?: readonly string[];
    /** How many members the group has then. */
    readonly memberCount?: number;
    /** The group's name: of `updateInfo` where it changed, and of invitations and their answers. */
    readonly name?: string;
    /** Of `updateInfo`: what changed. */
    readonly detail?: {
        readonly name?: string;
        readonly description?: string;
        readonly inviteNeedConfirm?: boolean;
    };
    /** Of `changeOwner`: the new owner. */
    readonly userId?: string;
}
/** An invitation that waits for this user's answer. */
interface GroupInvite {
    readonly groupid: string;
    readonly groupname: string;
    readonly owner: string;
    readonly affiliations_count: number;
    /** Who invited. */
    readonly by: string;
    /** When, in milliseconds since 1970 by the server. */
    readonly invited: number;
}
interface ConversationItem {
    /** The other user's id, or the group's. */
    readonly conversationId: string;
    readonly conversationType: ChatType;
    readonly unReadCount: number;
    /** Also one that was recalled. Absent where nothing but a pin or the app's own field is left. */
    readonly lastMessage?: StoredMessage;
    /** On this phone. */
    readonly isPinned?: boolean;
    /** Milliseconds since 1970. */
    readonly pinnedTime?: number;
    /** What the app keeps with it, such as a draft. */
    readonly customField?: Ext;
}
interface ConversationRef {
    readonly conversationId: string;
    readonly conversationType: ChatType;
}
/** One to 50 messages of a conversation. */
interface MessagesRef {
    /** A user id or a group id. */
    readonly targetId: string;
    /** `singleChat` where it is left out. */
    readonly chatType?: ChatType;
    readonly messageIds: readonly string[];
}
interface HistoryRequest {
    /** A user id or a group id. */
    readonly targetId: string;
    /** `singleChat` where it is left out. */
    readonly chatType?: ChatType;
    /** From the page before; left out, empty or -1: from the newest message. */
    readonly cursor?: string | number | null;
    /** 1 to 50; 20 where it is left out. */
    readonly pageSize?: number;
    /** `up` (default): newest first. `down`: oldest first. */
    readonly searchDirection?: 'up' | 'down';
}
interface HistoryPage {
    readonly messages: StoredMessage[];
    /** For the next page. */
    readonly cursor: string;
    /** There is no more. Never true while a `historyProvider` could not be asked: even without messages, there may be more then. */
    readonly isLast: boolean;
    /** Why the `historyProvider` was not asked or did not answer: these are the phone's own. The same cursor asks again. */
    readonly error?: ConnectionError;
}
/** What a `historyProvider` is asked: messages of one conversation behind the cursor, in the direction of the search. */
interface HistoryQuery {
    /** Who asks: the user of this connection. Your server must know that by itself, from its own login. */
    readonly user: string;
    /** A user id or a group id. */
    readonly targetId: string;
    readonly chatType: ChatType;
    /** `up`: newest first. `down`: oldest first. */
    readonly searchDirection: 'up' | 'down';
    /** The last message of the page before, which your server has given. Absent: from the newest (`up`) or the oldest (`down`) on. */
    readonly cursor?: {
        readonly id: string;
        readonly from: string;
    };
    /** At most so many; 50. */
    readonly pageSize: number;
}
/** A message as it went over the wire (docs/protocol.md, section 4), and who sent it: the last level of its topic. */
interface ArchivedMessage {
    readonly from: string;
    readonly id: string;
    readonly type: string;
    readonly time: number;
    readonly body: Ext;
    readonly ext?: Ext;
}
interface ArchivePage {
    readonly messages: readonly ArchivedMessage[];
    /** Behind these there is nothing. */
    readonly isLast: boolean;
}
/**
 * Gives a page of a conversation out of an archive. What it throws, rejects with, or answers wrongly is the `error` of the app's page; it
 * is asked again with a back-off, one page at a time, and given up after 10 s. A rejection with a `status` of 400 to 499 (not 408, 429)
 * on it ends the asking about that conversation until the next login.
 */
type HistoryProvider = (query: HistoryQuery) => Promise<ArchivePage>;
interface GroupInfo {
    readonly groupid: string;
    readonly groupname: string;
    readonly description?: string;
    readonly owner: string;
    readonly public?: boolean;
    /** Whoever others bring in is asked first. */
    readonly inviteNeedConfirm?: boolean;
    readonly affiliations_count: number;
}
type GroupMember = {
    readonly member: string;
} | {
    readonly owner: string;
};
/** Easemob wraps answers of the server so. */
interface Answer<T> {
    readonly data: T;
}
interface GroupRef {
    readonly groupId: string;
}
/** What this layer adds to a connection. Every promise rejects with a `ConnectionError`. */
interface MessageCalls {
    /**
     * Resolves when the server has the message. While not connected it waits in the outbox, in files, and is sent even
     * after the app was killed, when the same user opens again. Order is kept per conversation; an attachment holds
     * what follows it there until it is uploaded.
     *
     * Rejects with `InvalidMessage`, `MessageTooLarge`, `FileTooLarge` (nothing was kept); `QueueFull` (at once);
     * `MessageExpired`, `MessageCancelled`, `UploadFailed`, `FileRefused`, or the server's refusal (left the outbox; may be
     * sent again under the same id); `ConnectionClosed` when close() came first: the message stays in the outbox.
     */
    send(message: NewMessage, options?: SendOptions): Promise<SendResult>;
    /** Takes a waiting message back; false when it is too late or unknown. Its `send` rejects with `MessageCancelled`. */
    cancelMessage(id: string): boolean;
    /**
     * Takes a message of this user back, on every phone that has it or will get it. One that still waits is cancelled instead:
     * its `send` rejects with `MessageCancelled`. The history keeps a `RecalledMessage` in its place, here once the server has
     * the recall, and this resolves then. It waits in the outbox like a message. The embedded server deletes its attachment.
     * A phone with another client may go on showing it.
     *
     * Rejects with `RecallTooLate` (older than `recallMaxAge`), `InvalidMessage` (no message of this user in that conversation
     * on this phone), and as `send` does. Source: Easemob, 撤回消息.
     */
    recallMessage(message: MessageAddress & {
        readonly mid: string;
    }): Promise<void>;
    /**
     * What `wx.downloadFile` wants for an attachment: the user's token goes along only to the connection's own server,
     * never to an address that the sender made up.
     */
    downloadRequest(url: string): {
        url: string;
        header: Record<string, string>;
    };
    /** Pinned ones first, then newest first. Readable from `onStoreOpened` on, without a connection. */
    getLocalConversations(): Promise<Answer<ConversationItem[]>>;
    getLocalConversation(conversation: ConversationRef): Promise<Answer<ConversationItem | undefined>>;
    /**
     * A page of the history: what this phone has, and with the option `historyProvider` what an archive has besides, as one list. Never
     * rejects because of the archive: `error` tells. What the archive gives is not kept on the phone.
     */
    getHistoryMessages(request: HistoryRequest): Promise<HistoryPage>;
    /** Here, and with `multiDevice` on the user's other devices; the other side is told by sending a message of type `channel`. */
    clearConversationUnreadCount(conversation: ConversationRef): Promise<void>;
    /**
     * Deletes messages on this phone only, and wipes them from its files: they do not come back, not even from the server. What
     * waits to be sent is cancelled. Ids that are not there, nor in the archive, are passed over. Source: Easemob, whose call deletes on the server.
     */
    removeHistoryMessages(messages: MessagesRef): Promise<void>;
    /** Keeps a conversation at the top of `getLocalConversations`, on this phone; at most 50. Rejects with `InvalidArgument`. */
    pinConversation(conversation: ConversationRef & {
        readonly isPinned: boolean;
    }): Promise<Answer<{
        readonly isPinned: boolean;
        readonly pinnedTime: number;
    }>>;
    /**
     * Keeps a map of the app's own with a conversation, on this phone: `{ draft: '…' }`. It replaces the one before; an empty one
     * removes it. At most 4 KiB as JSON, in at most 200 conversations. Rejects with `InvalidArgument`.
     */
    setLocalConversationCustomField(conversation: ConversationRef & {
        readonly customField: Ext;
    }): Promise<void>;
    /** Forgets the conversation, its pin and its field, and wipes its messages from the files. What waits to be sent there is cancelled. */
    removeLocalConversation(conversation: ConversationRef): Promise<void>;
    /** Forgets every conversation of this user on this phone, and wipes the files. */
    deleteAllMessagesAndConversations(): Promise<void>;
    createGroup(options: {
        readonly data: {
            readonly groupname: string;
            readonly desc?: string;
            readonly public?: boolean;
            /** Whoever is brought in, also now, is asked first. Default false. */
            readonly inviteNeedConfirm?: boolean;
            readonly members?: readonly string[];
        };
    }): Promise<Answer<{
        groupid: string;
    }>>;
    /** A public group only. Resolves when its messages arrive. */
    joinGroup(group: GroupRef): Promise<void>;
    leaveGroup(group: GroupRef): Promise<void>;
    destroyGroup(group: GroupRef): Promise<void>;
    /** Adds them; where the group has `inviteNeedConfirm`, asks them. Who declined is not asked again within a day. */
    inviteUsersToGroup(options: GroupRef & {
        readonly users: readonly string[];
    }): Promise<void>;
    removeGroupMember(options: GroupRef & {
        readonly username: string;
    }): Promise<void>;
    getJoinedGroups(): Promise<Answer<GroupInfo[]>>;
    getGroupInfo(group: GroupRef): Promise<Answer<GroupInfo[]>>;
    listGroupMembers(options: GroupRef & {
        readonly pageNum?: number;
        readonly pageSize?: number;
    }): Promise<Answer<GroupMember[]>>;
    /** The owner only, else NotGroupOwner. What is left out stays. Members hear of it (`updateInfo`). */
    modifyGroup(options: GroupRef & {
        readonly groupName?: string;
        readonly description?: string;
        readonly inviteNeedConfirm?: boolean;
    }): Promise<Answer<{
        groupname?: boolean;
        description?: boolean;
        inviteNeedConfirm?: boolean;
    }>>;
    /** The owner only, else NotGroupOwner; to a member, else NotGroupMember. Members hear of it (`changeOwner`). */
    changeGroupOwner(options: GroupRef & {
        readonly newOwner: string;
    }): Promise<Answer<{
        newowner: boolean;
    }>>;
    /** Resolves when the group's messages arrive. NotGroupMember: no invitation waits. `invitee` is Easemob's; it is always this user. */
    acceptGroupInvite(group: GroupRef & {
        readonly invitee?: string;
    }): Promise<void>;
    rejectGroupInvite(group: GroupRef & {
        readonly invitee?: string;
    }): Promise<void>;
    /** Invitations that wait for this user's answer, the oldest first. */
    getGroupInvites(): Promise<Answer<GroupInvite[]>>;
}
/** What is told to the app's handlers. */
interface MessageEvents {
    onTextMessage: TextMessage;
    onCustomMessage: CustomMessage;
    onCmdMessage: CmdMessage;
    onImageMessage: ImageMessage;
    onAudioMessage: AudioMessage;
    onVideoMessage: VideoMessage;
    onFileMessage: FileMessage;
    onLocationMessage: LocationMessage;
    /** The same messages in batches: one call per slice of a burst, after the single calls. */
    onMessages: readonly Message[];
    /** The server has a message of ours. */
    onReceivedMessage: {
        readonly id: string;
        readonly mid: string;
        readonly to: string;
    };
    /** The receiver's phone has it; needs `delivery: true` there. */
    onDeliveredMessage: Receipt;
    onReadMessage: Receipt;
    onChannelMessage: ChannelEvent;
    /** A message that was sent to this user, or by another device of this user, was taken back; told also where it never came. */
    onRecallMessage: RecallEvent;
    /** A message left the outbox unsent; also those of an earlier start of the app, whose promise is gone. */
    onMessageFailed: {
        readonly id: string;
        readonly to: string;
        readonly error: ConnectionError;
    };
    /** Messages that waited on the server begin to arrive. Not called when none waited. */
    onOfflineMessageSyncStart: undefined;
    /** They are all here, or the connection broke off. */
    onOfflineMessageSyncFinish: undefined;
    /** The local history can be read, or not: then the connection works without it. */
    onStoreOpened: {
        readonly success: boolean;
        readonly user: string;
        readonly error?: ConnectionError;
    };
    onGroupEvent: GroupEvent;
}

interface MessageOptions {
    /** Send delivery receipts. Default false. */
    readonly delivery?: boolean;
    /** True: attachments carry the app's own URL. False (default): they are uploaded to `apiUrl`. */
    readonly useOwnUploadFun?: boolean;
    /** Messages that may wait to be sent. Default 500. */
    readonly outboxMaxCount?: number;
    /** Bytes of what waits to be sent. Default 512 KiB. */
    readonly outboxMaxBytes?: number;
    /** Milliseconds that a message may wait. Default 3 days. */
    readonly outboxMaxAge?: number;
    /** Milliseconds after which a message cannot be recalled any more. Default 2 minutes. */
    readonly recallMaxAge?: number;
    /** Bytes of the history in files, per user; the oldest messages go first, never what waits to be sent. Default 2 MiB. */
    readonly historyMaxBytes?: number;
    /** Bytes of one message on the wire. Default 64 KiB. */
    readonly messageMaxBytes?: number;
    /** Bytes of an attachment. Default 10 MiB. */
    readonly fileMaxBytes?: number;
    /**
     * Where `getHistoryMessages` goes on behind this phone's own history: the app's own server (docs/archive.md), or `'server'`: the
     * archive of the embedded server at `apiUrl`. Default: nowhere.
     */
    readonly historyProvider?: HistoryProvider | 'server';
}

/** Easemob's names for the codes of `onDisconnected` (its spelling). Source: Easemob, 初始化及登录. */
declare const statusCode: {
    readonly WEBIM_CONNCTION_USER_LOGIN_ANOTHER_DEVICE: 206;
    readonly WEBIM_CONNCTION_USER_REMOVED: 207;
    readonly WEBIM_CONNCTION_USER_KICKED_BY_CHANGE_PASSWORD: 216;
    readonly WEBIM_CONNCTION_USER_KICKED_BY_OTHER_DEVICE: 217;
};
/** What `new EC.connection()` makes. */
type Connection$1 = BaseConnection<ConnectionEvents & MessageEvents> & MessageCalls & LoginCalls;
type ConnectionParameters = BaseOptions & MessageOptions;
type EventHandlerType = HandlersOf<ConnectionEvents & MessageEvents>;
type HandlerData = Readonly<Record<string, EventHandlerType>>;
type ErrorEvent = ConnectionError;

type UserId = string;
type GroupId = string;

/** Any message that is received. */
type MessageBody = TextMessage | CustomMessage | CmdMessage | ImageMessage | AudioMessage | VideoMessage | FileMessage | LocationMessage;
type MessageType = MessageBody['type'];
type ExcludeAckMessageBody = MessageBody;

type easemobChat_ChatType = ChatType;
type easemobChat_ConnectionParameters = ConnectionParameters;
type easemobChat_ConversationItem = ConversationItem;
type easemobChat_ErrorEvent = ErrorEvent;
type easemobChat_EventHandlerType = EventHandlerType;
type easemobChat_ExcludeAckMessageBody = ExcludeAckMessageBody;
type easemobChat_GroupEvent = GroupEvent;
type easemobChat_GroupId = GroupId;
type easemobChat_GroupInfo = GroupInfo;
type easemobChat_GroupMember = GroupMember;
type easemobChat_HandlerData = HandlerData;
type easemobChat_Logger = Logger;
type easemobChat_MessageBody = MessageBody;
type easemobChat_MessageType = MessageType;
type easemobChat_UserId = UserId;
declare const easemobChat_statusCode: typeof statusCode;
declare namespace easemobChat {
  export { easemobChat_statusCode as statusCode };
  export type { Answer as AsyncResult, AudioMessage as AudioMsgBody, ChannelEvent as ChannelMsgBody, easemobChat_ChatType as ChatType, CmdMessage as CmdMsgBody, Connection$1 as Connection, easemobChat_ConnectionParameters as ConnectionParameters, easemobChat_ConversationItem as ConversationItem, NewMessage as CreateMsgType, CustomMessage as CustomMsgBody, Receipt as DeliveryMsgBody, easemobChat_ErrorEvent as ErrorEvent, easemobChat_EventHandlerType as EventHandlerType, easemobChat_ExcludeAckMessageBody as ExcludeAckMessageBody, FileMessage as FileMsgBody, easemobChat_GroupEvent as GroupEvent, easemobChat_GroupId as GroupId, easemobChat_GroupInfo as GroupInfo, easemobChat_GroupMember as GroupMember, easemobChat_HandlerData as HandlerData, HistoryPage as HistoryMessages, ImageMessage as ImgMsgBody, StoredMessage as LocalMessageBody, LocationMessage as LocationMsgBody, easemobChat_Logger as Logger, easemobChat_MessageBody as MessageBody, easemobChat_MessageType as MessageType, Login as OpenParameters, Receipt as ReadMsgBody, SendResult as SendMsgResult, ConversationRef as SessionParams, TextMessage as TextMsgBody, easemobChat_UserId as UserId, VideoMessage as VideoMsgBody };
}

/** Easemob's name for where messages come from. */
declare const message: {
    /** Gives a message its id, so that the app can show it before it is sent. `send` checks it. */
    create: <M extends NewMessage>(options: M) => M & {
        readonly id: string;
        /** `singleChat` where it was left out. */
        readonly chatType: M extends OneToOne ? "singleChat" : ChatType;
    };
};

declare const VERSION = "0.1.0";

/** The user that a token was issued for, where it tells. */
declare const userOfToken: (token: string) => string | undefined;

declare class TokenRefused extends Error {
    /** True on errors of every copy of the package. */
    readonly isTokenRefused = true;
    constructor(reason?: string);
}

interface EventMap extends ConnectionEvents, MessageEvents {
}
type EventName = keyof EventMap;
type Listener<E extends EventName> = ListenerOf<EventMap, E>;
type Handlers = HandlersOf<EventMap>;
interface ConnectionOptions extends BaseOptions, MessageOptions {
}
/** The log of the app; see docs/logs.md. */
declare const logger: Logger;
interface Connection extends MessageCalls {
}
/** A connection with logins, log and messages; see the class it extends for the calls of the connection itself. */
declare class Connection extends BaseConnection<EventMap> {
    private readonly chat;
    private readonly logins;
    /** Opens nothing. Throws InvalidOption (35001), which names the option that is wrong. */
    constructor(options: ConnectionOptions);
    /** Registers a user at `apiUrl`, where the server lets users register. Errors: UserExists, RegistrationClosed, RestFailed. Source: Easemob, 初始化及登录. */
    registerUser(user: {
        readonly username: string;
        readonly password: string;
    }): Promise<unknown>;
}

/** Easemob's namespace: `new EC.connection({ ... })`, `EC.message.create({ ... })`. */
declare const EC: {
    connection: typeof Connection;
    message: {
        create: <M extends NewMessage>(options: M) => M & {
            readonly id: string;
            readonly chatType: M extends OneToOne ? "singleChat" : ChatType;
        };
    };
    logger: Logger;
    statusCode: {
        readonly WEBIM_CONNCTION_USER_LOGIN_ANOTHER_DEVICE: 206;
        readonly WEBIM_CONNCTION_USER_REMOVED: 207;
        readonly WEBIM_CONNCTION_USER_KICKED_BY_CHANGE_PASSWORD: 216;
        readonly WEBIM_CONNCTION_USER_KICKED_BY_OTHER_DEVICE: 217;
    };
};

export { BaseConnection, Connection, ConnectionError, easemobChat as EasemobChat, ErrorCode, TokenRefused, VERSION, Connection as connection, EC as default, isConnectionError, logger, message, statusCode, userOfToken };
export type { Answer, ArchivePage, ArchivedMessage, Attachment, AudioBody, AudioMessage, BaseOptions, Body, CacheStats, ChannelEvent, ChannelReceipt, ChatType, CloseResult, CmdBody, CmdMessage, ConnectionEvents, ConnectionOptions, ConsoleLogger, ConversationItem, ConversationRef, CustomBody, CustomMessage, ErrorCodes, ErrorName, EventMap, EventName, Ext, FileBody, FileMessage, GroupEvent, GroupInfo, GroupInvite, GroupMember, GroupRef, Handlers, HandlersOf, Handover, HistoryPage, HistoryProvider, HistoryQuery, HistoryRequest, ImageBody, ImageMessage, IncomingMessage, Listener, ListenerOf, LocalFile, LocationBody, LocationMessage, LogCalls, LogConfig, LogLevel, LogRecord, LogStats, Logger, Login, LoginByPassword, LoginByToken, LoginCalls, Message, MessageAddress, MessageCalls, MessageEvents, MessageHead, MessageOptions, MessageStatus, MessagesRef, NewMessage, OneToOne, Part, PromisingWxApi, PublishOptions, ReadReceipt, RecallEvent, RecalledMessage, Receipt, SendOptions, SendResult, SessionInfo, StateName, StoredMessage, TextBody, TextMessage, UploadOptions, UploadResult, VideoBody, VideoMessage, WxApi, WxCallbacks, WxFailure, WxFeedbackLog, WxFileSystem, WxForget, WxListen, WxNetwork, WxRealtimeLog, WxSocketTask, WxUploadTask };
