import { words } from '../../../kernel/text.ts'

export const jobWords = words({
  'job.handover.parties': { zh: '移交客户', en: 'Handing customers over' },
})
