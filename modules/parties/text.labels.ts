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
  'labels.role_named': {
    zh: '已经有一个市场角色叫“{name}”',
    en: 'Another market role is called “{name}” already',
  },
  'labels.role_nameless': {
    zh: '给市场角色起个名字，中文或英文',
    en: 'A market role needs a name, Chinese or English',
  },
  'labels.role_taken': { zh: '代码 {role} 已经用了', en: 'The code {role} is taken' },
  'labels.roles_many': {
    zh: '自己的市场角色最多 {most} 个',
    en: 'You may have {most market role|market roles} of your own',
  },
  'labels.role_held': {
    zh: '有 {n} 位客户是或曾是这个角色，{pools} 个公海用到它，不能删除；可以改为不再使用',
    en: '{n customer holds or has|customers hold or have} held it and {pools pool uses|pools use} it, so it cannot be removed; stop offering it instead',
  },
  'parties.unknown_role': { zh: '没有市场角色“{role}”', en: 'There is no market role “{role}”' },
  'labels.all_hidden': { zh: '至少要留一个市场角色', en: 'At least one market role has to stay' },
  'labels.not_defined': {
    zh: '公司只允许用已定义的标签，「{tag}」不在其中',
    en: 'Only defined tags may be used, and “{tag}” is not one of them',
  },
})
