// What an app of RongCloud's imports: the engine, and the library on it.
export * as engine from '@rongcloud/engine'
export * as im from '@rongcloud/imlib-next'
