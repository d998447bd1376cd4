// Which messages a user has deleted on this phone: they stay in the SDK's history and are shown nowhere.
const MOST = 2000

const place = (user: string) => `deleted/${user}`

const listOf = (user: string): readonly string[] => wx.getStorageSync<readonly string[] | ''>(place(user)) || []

export const deletedBy = (user: string): ReadonlySet<string> => new Set(listOf(user))

export const forget = (user: string, id: string): void =>
  wx.setStorageSync(place(user), [...listOf(user), id].slice(-MOST))
