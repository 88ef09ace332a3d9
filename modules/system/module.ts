import { defineModule } from '../../kernel/module.ts'
import { system } from './contract.ts'
import { mailErrors, sweepFaults } from './jobs.ts'
import { changeMail, showMail, testMail } from './mail.ts'
import { showSystem } from './show.ts'
import { text } from './text.ts'

// How the installation is, for whoever keeps it: what `doctor` says, on a page, and the mail when something went wrong.
// fault is written by kernel/fault.ts.
export const module = defineModule({
  name: 'system',
  routes: system,
  handlers: { show: showSystem, mail: showMail, changeMail, testMail },
  words: text,
  jobs: [mailErrors],
  housekeeping: [sweepFaults],
})
