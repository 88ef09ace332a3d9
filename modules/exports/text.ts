import { words } from '../../kernel/text.ts'

export const text = words({
  'may.data:export': { zh: '导出列表', en: 'Take lists away as files' },
  'exports.unknown_column': {
    zh: '没有这些列：{unknown}。可选：{known}',
    en: 'There are no such columns: {unknown}. There are: {known}',
  },
  'exports.busy': {
    zh: '正在导出的文件太多，请 {retry_after_s} 秒后再试',
    en: 'Too many exports are running. Try again in {retry_after_s second|seconds}',
  },
  'exports.key_reused': {
    zh: '这个导出编号用过了，请换一个',
    en: 'This key was used for another export. Choose a new one',
  },
})
