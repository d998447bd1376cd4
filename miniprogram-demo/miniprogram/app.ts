// The app: takes the presets of the launch and goes on as the user of the last time.
import { resume } from './im/client'
import { onMoment } from './im/life'
import { preset } from './im/settings'

App({
  onLaunch({ query }) {
    preset(query)
    resume()
  },
  /** For what is beside the phone, such as the preview's desk: every step of every message. */
  onMoment,
})
