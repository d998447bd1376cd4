// SIMULATOR_PROFILE=FILE: every simulated phone of which a test says nothing else is the one that the probe found (docs/probe.md).
import { readFileSync } from 'node:fs'
import { putInForce } from '../simulator/core/found-profile'
import { readProfile } from '../simulator/profile/profile'

putInForce(readProfile(readFileSync(process.env.SIMULATOR_PROFILE!, 'utf8')))
