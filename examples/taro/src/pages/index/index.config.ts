export default definePageConfig({ navigationBarTitleText: '小聊' })
