// Seed 003, as it stands but for the import: runs inside a phone with `token`, `account` and `appKey` of the test.
/* global NIM, seen */
function login(appKey, account, token) {
  var nim = NIM.getInstance({
    appKey: appKey, // 在开发者管理控制台创建的应用的appKey
    account: account, // IM账号名称
    token: token, // 登录IM所需的token
    //
    onconnect: onConnect,
    onwillreconnect: onWillReconnect,
    ondisconnect: onDisconnect,
    onerror: onError,
    // 更多方法和回调请看IM即时通讯
  })
  return nim
}
function onConnect() {
  console.log('连接成功')
}
function onWillReconnect(obj) {
  // 此时说明 SDK 已经断开连接, 请开发者在界面上提示用户连接已断开, 而且正在重新建立连接
  console.log('即将重连')
  console.log(obj.retryCount)
  console.log(obj.duration)
}
function onDisconnect(error) {
  // 此时说明 SDK 处于断开状态, 开发者此时应该根据错误码提示相应的错误信息, 并且跳转到登录页面
  console.log('丢失连接')
  console.log(error)
  if (error) {
    switch (error.code) {
      // 账号或者密码错误, 请跳转到登录页面并提示错误
      case 302:
        seen('302')
        break
      // 重复登录, 已经在其它端登录了, 请跳转到登录页面并提示错误
      case 417:
        seen('417')
        break
      // 被踢, 请提示错误后跳转到登录页面
      case 'kicked':
        seen('kicked')
        break
      default:
        break
    }
  }
}
function onError(error) {
  console.log(error)
}
function destroy(nim) {
  // 清除实例
  nim.destroy({
    done: function (err) {
      console.log('实例已被完全清除')
    },
  })
}
