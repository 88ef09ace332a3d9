import { words } from '../../kernel/text.ts'

export const eraseText = words({
  erase: {
    zh: '按请求抹除一位客户的个人信息；不给 --confirm 则只预览',
    en: 'erase a person on request; without --confirm it only tells what would happen',
  },
  confirm: { zh: '客户现在的名称，一字不差', en: 'the customer’s name as it stands now' },
  ground: {
    zh: '依据：request（默认）、consent_withdrawn、not_needed、unlawful',
    en: 'request (unless said), consent_withdrawn, not_needed, unlawful',
  },
  reference: { zh: '登记编号，会一直保留', en: 'reference of the request; it stays on record' },
  preview: {
    zh: '将抹除“{name}”（尚未执行；加上 --confirm 才会执行）：',
    en: 'This would happen to “{name}” (nothing has; --confirm does it):',
  },
  done: { zh: '已抹除，编号 {id}：', en: 'Erased, number {id}:' },
  removed: { zh: '删除', en: 'removed      ' },
  pseudonymised: { zh: '去标识', en: 'pseudonymised' },
  kept: { zh: '保留', en: 'kept         ' },
})
