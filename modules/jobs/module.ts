import { defineModule } from '../../kernel/module.ts'
import { jobs } from './contract.ts'
import { events } from './events.ts'
import { exportJobs } from './export.ts'
import { cancel, get, list } from './jobs.ts'
import { text } from './text.ts'

// job_run is the kernel's table: runs are written by the worker that works them (kernel/step.ts).
export const module = defineModule({
  name: 'jobs',
  routes: jobs,
  handlers: { list, exportList: exportJobs, get, cancel, events },
  words: text,
})
