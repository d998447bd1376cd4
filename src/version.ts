// The version of the package, as CONNECT and the log tell it; a test compares it with package.json.
export const VERSION = '0.1.0'
