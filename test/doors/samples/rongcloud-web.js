// Seed 002, the Web sample as it stands but for the import; `seen` marks each branch for the test.
/* global RongIMClient, RongIMLib, seen */
function connect(token) {
  RongIMClient.connect(token, {
    onSuccess: function (userId) {
      console.log('Connect successfully.' + userId)
      seen('success ' + userId)
    },
    onTokenIncorrect: function () {
      console.log('token无效') // Token 错误,在线上环境下主要是因为 Token 已经过期,您需要向 App Server 重新请求一个新的 Token
      seen('token incorrect')
    },
    onError: function (errorCode) {
      var info = ''
      switch (errorCode) {
        case RongIMLib.ErrorCode.TIMEOUT:
          info = '超时'
          break
        case RongIMLib.ErrorCode.UNKNOWN_ERROR:
          info = '未知错误'
          break
        case RongIMLib.ErrorCode.UNACCEPTABLE_PaROTOCOL_VERSION:
          info = '不可接受的协议版本'
          break
        case RongIMLib.ErrorCode.IDENTIFIER_REJECTED:
          info = 'appkey不正确'
          break
        case RongIMLib.ErrorCode.SERVER_UNAVAILABLE:
          info = '服务器不可用'
          break
      }
      console.log(errorCode)
      seen('error ' + errorCode + ' ' + info)
    },
  })
}
