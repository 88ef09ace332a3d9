import { words } from '../../kernel/text.ts'

export const labelsText = words({
  'may.labels:write': { zh: '管理标签和市场角色', en: 'Manage tags and market roles' },
  'labels.whole_company': {
    zh: '标签和市场角色是全公司的，只有数据范围为全部的角色能改',
    en: 'Tags and market roles are the whole company’s: only a role that reaches everybody may change them',
  },
  'labels.same_tag': { zh: '新旧标签相同', en: 'It is that tag already' },
  'labels.unknown_tag': { zh: '没有这个标签：{tag}', en: 'There is no such tag: {tag}' },
  'labels.undone': { zh: '这次修改已经撤销了', en: 'This change has been undone already' },
  'labels.all_hidden': { zh: '至少要留一个市场角色', en: 'At least one market role has to stay' },
  'labels.not_defined': {
    zh: '公司只允许用已定义的标签，「{tag}」不在其中',
    en: 'Only defined tags may be used, and “{tag}” is not one of them',
  },
})
