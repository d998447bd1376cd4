// The Promise of iOS 15 and older: then-callbacks are timers, so a setTimeout may overtake them.
// Models wechat-runtime.md section 5.1. Source text, because it has to run inside the phone's VM, on the phone's timers.

export const MACROTASK_PROMISE = `this.Promise = (() => {
  'use strict'
  function settle(promise, state, value) {
    if (promise._state !== 0) return
    promise._state = state
    promise._value = value
    const waiting = promise._waiting
    promise._waiting = []
    for (const run of waiting) setTimeout(run, 0)
  }
  function follow(promise, value) {
    if (value === promise) return settle(promise, 2, new TypeError('Chaining cycle detected for promise'))
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return settle(promise, 1, value)
    let then
    try { then = value.then } catch (error) { return settle(promise, 2, error) }
    if (typeof then !== 'function') return settle(promise, 1, value)
    run(promise, (resolve, reject) => then.call(value, resolve, reject))
  }
  function run(promise, executor) {
    let done = false
    const once = (how) => (value) => { if (!done) { done = true; how(value) } }
    const reject = once((error) => settle(promise, 2, error))
    try { executor(once((value) => follow(promise, value)), reject) } catch (error) { reject(error) }
  }
  class Promise {
    constructor(executor) {
      if (typeof executor !== 'function') throw new TypeError('Promise resolver is not a function')
      this._state = 0
      this._value = undefined
      this._waiting = []
      run(this, executor)
    }
    then(onFulfilled, onRejected) {
      return new Promise((resolve, reject) => {
        const react = () => {
          const handler = this._state === 1 ? onFulfilled : onRejected
          if (typeof handler !== 'function') return this._state === 1 ? resolve(this._value) : reject(this._value)
          try { resolve(handler(this._value)) } catch (error) { reject(error) }
        }
        if (this._state === 0) this._waiting.push(react)
        else setTimeout(react, 0)
      })
    }
    catch(onRejected) { return this.then(undefined, onRejected) }
    static resolve(value) { return value instanceof Promise ? value : new Promise((resolve) => resolve(value)) }
    static reject(error) { return new Promise((_, reject) => reject(error)) }
    static all(values) {
      return new Promise((resolve, reject) => {
        const list = Array.from(values)
        let left = list.length
        if (left === 0) resolve([])
        list.forEach((value, i) => Promise.resolve(value).then((result) => { list[i] = result; if (--left === 0) resolve(list) }, reject))
      })
    }
    static race(values) {
      return new Promise((resolve, reject) => { for (const value of values) Promise.resolve(value).then(resolve, reject) })
    }
  }
  return Promise
})()`
