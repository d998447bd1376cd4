// Seed 004, its samples as they stand but for the import and the values in quotes.
/* global EC, logger, seen, settings */
function create() {
  const conn = new EC.connection({
    appKey: settings.appKey,
    url: settings.url,
    apiUrl: settings.apiUrl,
  })
  conn.addEventHandler('handlerId', {
    onConnected: () => {
      console.log('onConnected')
      seen('onConnected')
    },
    // 自 4.8.0 版本,`onDisconnected` 事件新增断开原因回调参数, 告知用户触发 `onDisconnected` 的原因。
    onDisconnected: (error) => {
      console.log('onDisconnected')
      seen('onDisconnected ' + error.code)
    },
    onTokenWillExpire: () => {
      console.log('onTokenWillExpire')
      seen('onTokenWillExpire')
    },
    onTokenExpired: () => {
      console.log('onTokenExpired')
      seen('onTokenExpired')
    },
  })
  return conn
}
function register(conn, username, password) {
  conn
    .registerUser({
      /** 用户 ID。 */
      username: username,
      /** 密码。 */
      password: password,
    })
    .then((res) => {
      console.log(res)
      seen('registered')
    })
}
function loginByPassword(conn, username, password) {
  conn
    .open({
      user: username,
      pwd: password,
    })
    .then(() => {
      console.log('login success')
      seen('login success')
    })
    .catch((reason) => {
      console.log('login fail', reason)
      seen('login fail ' + reason.code)
    })
}
function loginByToken(conn, username, token) {
  conn
    .open({
      user: username,
      accessToken: token,
    })
    .then(() => {
      console.log('login success')
      seen('login success')
    })
    .catch((reason) => {
      console.log('login fail', reason)
      seen('login fail ' + reason.code)
    })
}
function logout(conn) {
  conn.close()
}
function log() {
  logger.enableAll()
  logger.setConsoleLogVisibility(false)
  logger.onLog = (log) => {
    console.log('im logger', log)
  }
  logger.disableAll()
  // 0 - 5 或者 'TRACE','DEBUG','INFO','WARN','ERROR','SILENT';
  logger.setLevel(0)
  logger.setConfig({
    useCache: false, // 是否缓存
    maxCache: 3 * 1024 * 1024, // 最大缓存字节
  })
  // 缓存全部等级日志
  logger.setLevel(0)
  return logger.download()
}
