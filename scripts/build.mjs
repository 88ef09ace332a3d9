import { ensureDependencies } from './lib.mjs'
import { ensureWeb } from './web.mjs'

// `npm run build` builds even when nothing changed; `npm start` builds when something did.
ensureDependencies()
ensureWeb({ always: true })
