// The framework's own object instead of the global `wx`, for `new EC.connection({ ..., wx: platform })`. This example does not need
// it; its types are checked (npm run test:frameworks).
import type { ConnectionOptions } from 'miniprogram-im'

export const platform: ConnectionOptions['wx'] = uni
