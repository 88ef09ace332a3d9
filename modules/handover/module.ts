import { defineModule } from '../../kernel/module.ts'
import { handover } from './contract.ts'
import { handOver, held, start } from './handover.ts'
import { text } from './text.ts'

export const module = defineModule({
  name: 'handover',
  routes: handover,
  handlers: { held, start },
  words: text,
  jobs: [handOver],
})
