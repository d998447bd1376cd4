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

interface LoginCalls {
    /** Registers a user at `apiUrl`, where the server lets users register. Errors: UserExists, RegistrationClosed, RestFailed. Source: Easemob, 初始化及登录. */
    registerUser(user: {
        readonly username: string;
        readonly password: string;
    }): Promise<unknown>;
}
/** Logins by password, `registerUser`, and the list of message servers (`isHttpDNS`). */
declare const logins: () => Part<LoginCalls>;

declare const VERSION = "0.1.0";

export { VERSION, logins };
export type { LoginCalls, Part };
