// The app: takes the presets of the launch and goes on as the user of the last time.
import { resume } from './im/client'
import { preset } from './im/settings'

App({
  onLaunch({ query }) {
    preset(query)
    resume()
  },
})
