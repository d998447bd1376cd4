import { ErrorCode, ConnectionOptions, Connection } from './index.js';

/** Where the server is: every option of `Connection` but the app key. */
type RongCloudServer = Omit<ConnectionOptions, 'appKey'>;
/** HarmonyOS: `EngineError`. */
declare const EngineError: {
    readonly Success: 0;
    readonly ClientNotInit: 33001;
    readonly ConnectionExist: 34001;
    readonly ConnectionTimeout: 34006;
    readonly ConnectTokenIncorrect: 31004;
    readonly ConnectUserBlocked: 31009;
    readonly ConnectOneTimePasswordUsed: 31027;
    readonly ConnectPlatformError: 31028;
    readonly ConnectUserDeleteAccount: 31029;
    readonly DisconnectUserKicked: 31010;
    readonly DisconnectUserBlocked: 31011;
    readonly ConnectTokenExpired: 31020;
};
/** Web: `RongIMLib.ErrorCode`, with the spelling that its sample uses. */
declare const RongIMLib: {
    readonly ErrorCode: {
        readonly TIMEOUT: 34006;
        readonly UNKNOWN_ERROR: -1;
        readonly UNACCEPTABLE_PROTOCOL_VERSION: 31001;
        readonly UNACCEPTABLE_PaROTOCOL_VERSION: 31001;
        readonly IDENTIFIER_REJECTED: 31002;
        readonly SERVER_UNAVAILABLE: 31003;
        readonly TOKEN_INCORRECT: 31004;
    };
};
type ConnectCallback = RongIMClient.ConnectCallback;
/** Android: `RongIMClient.ConnectionErrorCode`. 31028 is a bad proxy there; from our server it is always the platform. */
declare const ConnectionErrorCode: {
    readonly RC_CONN_ID_REJECT: 31002;
    readonly RC_CONN_TOKEN_INCORRECT: 31004;
    readonly RC_CONN_NOT_AUTHRORIZED: 31005;
    readonly RC_CONN_APP_BLOCKED_OR_DELETED: 31008;
    readonly RC_CONN_USER_BLOCKED: 31009;
    readonly RC_CONN_TOKEN_EXPIRE: 31020;
    readonly RC_CONN_PROXY_UNAVAILABLE: 31028;
    readonly RC_CLIENT_NOT_INIT: 33001;
    readonly RC_CONNECTION_EXIST: 34001;
    readonly RC_CONNECT_TIMEOUT: 34006;
    readonly IPC_DISCONNECT: -2;
    readonly UNKNOWN: -1;
};
type ConnectionErrorCode = RongIMClient.ConnectionErrorCode;
declare const DatabaseOpenStatus: {
    readonly DATABASE_OPEN_SUCCESS: 0;
    readonly DATABASE_OPEN_ERROR: 35108;
};
type DatabaseOpenStatus = RongIMClient.DatabaseOpenStatus;
interface ConnectResult {
    readonly code: ConnectionErrorCode | typeof EngineError.Success;
    readonly userId: string;
}
interface StatusListener {
    /** 0: connected. Else why not: a drop that is being repaired, or the end. */
    onChanged(code: ConnectionErrorCode | typeof EngineError.Success): void;
}
/** Android's `connect(token, timeLimit?, callback)` and the Web's `connect(token, callback)`; `timeLimit` in seconds, <= 0 or left out: without end. */
interface Connect {
    (token: string, callback: ConnectCallback): void;
    (token: string, timeLimit: number | null | undefined, callback: ConnectCallback): void;
}
/** Android's types where its sample has them: `RongIMClient.ConnectCallback`. */
declare namespace RongIMClient {
    /** A number: one of RongCloud's, or of docs/codes.md. */
    type ConnectionErrorCode = ErrorCode | -2;
    type DatabaseOpenStatus = 0 | typeof ErrorCode.StoreUnavailable;
    interface ConnectCallback {
        /** The local history can be read (0), or not (a number of docs/codes.md): before, and without, a connection. */
        onDatabaseOpened?(status: DatabaseOpenStatus): void;
        onSuccess?(userId: string): void;
        /** Where it is given, it hears of a token that cannot be used, instead of onError. */
        onTokenIncorrect?(): void;
        onError?(errorCode: ConnectionErrorCode): void;
    }
}
declare const RongIMClient: {
    init: (appKey: string, options?: RongCloudServer) => Connection;
    connect: Connect;
    disconnect: () => Promise<unknown>;
    setConnectionStatusListener: (listener: StatusListener | null | undefined) => void;
    ConnectionErrorCode: {
        readonly RC_CONN_ID_REJECT: 31002;
        readonly RC_CONN_TOKEN_INCORRECT: 31004;
        readonly RC_CONN_NOT_AUTHRORIZED: 31005;
        readonly RC_CONN_APP_BLOCKED_OR_DELETED: 31008;
        readonly RC_CONN_USER_BLOCKED: 31009;
        readonly RC_CONN_TOKEN_EXPIRE: 31020;
        readonly RC_CONN_PROXY_UNAVAILABLE: 31028;
        readonly RC_CLIENT_NOT_INIT: 33001;
        readonly RC_CONNECTION_EXIST: 34001;
        readonly RC_CONNECT_TIMEOUT: 34006;
        readonly IPC_DISCONNECT: -2;
        readonly UNKNOWN: -1;
    };
    DatabaseOpenStatus: {
        readonly DATABASE_OPEN_SUCCESS: 0;
        readonly DATABASE_OPEN_ERROR: 35108;
    };
};
/** Android's UI kit logs in with the same call. */
declare const RongIM: {
    init: (appKey: string, options?: RongCloudServer) => Connection;
    connect: Connect;
    disconnect: () => Promise<unknown>;
    setConnectionStatusListener: (listener: StatusListener | null | undefined) => void;
    ConnectionErrorCode: {
        readonly RC_CONN_ID_REJECT: 31002;
        readonly RC_CONN_TOKEN_INCORRECT: 31004;
        readonly RC_CONN_NOT_AUTHRORIZED: 31005;
        readonly RC_CONN_APP_BLOCKED_OR_DELETED: 31008;
        readonly RC_CONN_USER_BLOCKED: 31009;
        readonly RC_CONN_TOKEN_EXPIRE: 31020;
        readonly RC_CONN_PROXY_UNAVAILABLE: 31028;
        readonly RC_CLIENT_NOT_INIT: 33001;
        readonly RC_CONNECTION_EXIST: 34001;
        readonly RC_CONNECT_TIMEOUT: 34006;
        readonly IPC_DISCONNECT: -2;
        readonly UNKNOWN: -1;
    };
    DatabaseOpenStatus: {
        readonly DATABASE_OPEN_SUCCESS: 0;
        readonly DATABASE_OPEN_ERROR: 35108;
    };
};
declare const RongCoreClient: {
    /** `userId`: counts only where the token does not tell its user. */
    connect: (token: string, timeLimit: number | null | undefined, userId: string, callback: ConnectCallback | null | undefined) => void;
    init: (appKey: string, options?: RongCloudServer) => Connection;
    disconnect: () => Promise<unknown>;
    setConnectionStatusListener: (listener: StatusListener | null | undefined) => void;
    ConnectionErrorCode: {
        readonly RC_CONN_ID_REJECT: 31002;
        readonly RC_CONN_TOKEN_INCORRECT: 31004;
        readonly RC_CONN_NOT_AUTHRORIZED: 31005;
        readonly RC_CONN_APP_BLOCKED_OR_DELETED: 31008;
        readonly RC_CONN_USER_BLOCKED: 31009;
        readonly RC_CONN_TOKEN_EXPIRE: 31020;
        readonly RC_CONN_PROXY_UNAVAILABLE: 31028;
        readonly RC_CLIENT_NOT_INIT: 33001;
        readonly RC_CONNECTION_EXIST: 34001;
        readonly RC_CONNECT_TIMEOUT: 34006;
        readonly IPC_DISCONNECT: -2;
        readonly UNKNOWN: -1;
    };
    DatabaseOpenStatus: {
        readonly DATABASE_OPEN_SUCCESS: 0;
        readonly DATABASE_OPEN_ERROR: 35108;
    };
};
/** HarmonyOS. */
declare const IMEngine: {
    getInstance: () => {
        init: (appKey: string, options?: RongCloudServer) => Connection;
        disconnect: () => Promise<unknown>;
        setConnectionStatusListener: (listener: StatusListener | null | undefined) => void;
        /** Always resolves; `code` is one of EngineError or docs/codes.md. */
        connect: (token: string, timeout?: number | null) => Promise<ConnectResult>;
    };
};
/** iOS: `[[RCIM sharedRCIM] connectWithToken:timeLimit:dbOpened:success:error:]`. */
declare const RCIM: {
    sharedRCIM: () => {
        initWithAppKey: (appKey: string, options?: RongCloudServer) => Connection;
        connectWithToken: (token: string, timeLimit: number | null | undefined, dbOpened?: ((code: DatabaseOpenStatus) => void) | null, success?: ((userId: string) => void) | null, error?: ((status: ConnectionErrorCode) => void) | null) => void;
        disconnect: () => Promise<unknown>;
    };
};

export { ConnectionErrorCode, DatabaseOpenStatus, EngineError, IMEngine, RCIM, RongCoreClient, RongIM, RongIMClient, RongIMLib };
export type { Connect, ConnectCallback, ConnectResult, RongCloudServer, StatusListener };
