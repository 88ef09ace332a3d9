import { defineModule } from '../../kernel/module.ts'
import { load, renewPassword } from './begin.ts'
import { sample } from './contract.ts'
import { loadJob, resumeJob } from './jobs.ts'
import { removal, remove } from './remove.ts'
import { text } from './text.ts'
import { view } from './view.ts'

export const module = defineModule({
  name: 'sample',
  tables: ['sample'],
  routes: sample,
  handlers: { get: view, load, password: renewPassword, removal, remove },
  words: text,
  jobs: [loadJob, resumeJob],
})
