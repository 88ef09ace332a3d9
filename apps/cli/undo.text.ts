import { words } from '../../kernel/text.ts'

export const text = words({
  undo: {
    zh: '撤销一次导入；之后被改动过的保留并列出',
    en: 'undo an import; what was touched since stays and is named',
  },
  redo: { zh: '把撤销的导入原样恢复', en: 'bring an undone import back, exactly' },
  preview: { zh: '只看会发生什么，不写入', en: 'show what would happen, write nothing' },
  undone: { zh: '已撤销，用时 {seconds} 秒', en: 'Undone in {seconds} s' },
  redone: { zh: '已恢复，用时 {seconds} 秒', en: 'Brought back in {seconds} s' },
  nothing_yet: { zh: '只是预览，没有写入任何内容', en: 'A preview: nothing was written' },
  order: { zh: '订单', en: 'orders' },
  party: { zh: '客户', en: 'customers' },
  product: { zh: '产品', en: 'products' },
  category: { zh: '分类', en: 'categories' },
  of: { zh: '{subject}：{said}', en: '{subject}: {said}' },
  removed: { zh: '移除 {n}', en: '{n} removed' },
  created: { zh: '恢复 {n}', en: '{n} brought back' },
  changed: { zh: '改回 {n}', en: '{n} changed back' },
  left: { zh: '保留 {n}', en: '{n} left' },
  left_rows: { zh: '{n} 条保留不动：', en: '{n row stays|rows stay} untouched:' },
  more: { zh: '……另有 {n} 条', en: '… and {n} more' },
  rejects: {
    zh: '{n} 行退回的行重新等待修改',
    en: '{n rejected row waits|rejected rows wait} to be mended again',
  },
  base: { zh: '本位币重新待定（{base}）', en: 'the base currency is open again ({base})' },
})
