import { words } from '../../kernel/text.ts'

export const text = words({
  'handover.to_self': { zh: '不能移交给本人，请另选一位', en: 'Choose somebody else to hand over to' },
  'handover.to_inactive': {
    zh: '接手的人不在或已停用，请另选一位',
    en: 'Who takes over is not there or is deactivated; choose somebody else',
  },
})
