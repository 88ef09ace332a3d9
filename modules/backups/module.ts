import { defineModule } from '../../kernel/module.ts'
import { backups } from './contract.ts'
import { nightlyJob, takeJob, verifyJob, weeklyJob } from './jobs.ts'
import {
  download,
  everything,
  get,
  list,
  remove,
  restore,
  restoring,
  take,
  upload,
  verify,
} from './service.ts'
import { changeSettings, settings } from './settings.ts'
import { text } from './text.ts'

export const module = defineModule({
  name: 'backups',
  tables: ['backup'],
  routes: backups,
  handlers: {
    list,
    take,
    everything,
    upload,
    settings,
    change: changeSettings,
    restoring,
    get,
    download,
    verify,
    restore,
    remove,
  },
  words: text,
  jobs: [takeJob, nightlyJob, verifyJob, weeklyJob],
})
