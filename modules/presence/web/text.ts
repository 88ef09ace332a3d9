import { words } from '../../../kernel/text.ts'

/** Who is at the same customer. */
export const text = words({
  others: { zh: '同时在这里的同事', en: 'Colleagues here now' },
  looking: { zh: '{name}也在看', en: '{name} is here too' },
  editing: { zh: '{name}正在编辑', en: '{name} is editing' },
  editing_field: { zh: '{name}正在编辑{field}', en: '{name} is editing {field}' },
  more: { zh: '还有 {n} 人', en: '{n} more' },
  'in.name': { zh: '名称', en: 'the name' },
  'in.kind': { zh: '类型', en: 'the kind' },
  'in.country': { zh: '国家地区', en: 'the country' },
  'in.owner_id': { zh: '归属', en: 'the owner' },
  'in.unit_id': { zh: '单位', en: 'the unit' },
  'in.language': { zh: '语言', en: 'the language' },
  'in.channel_preference': { zh: '偏好渠道', en: 'the preferred channel' },
  'in.note': { zh: '备注', en: 'the notes' },
  'in.tags': { zh: '标签', en: 'the tags' },
  'in.role': { zh: '市场角色', en: 'the market roles' },
  'in.external_id': { zh: '外部编号', en: 'the external ids' },
  'in.contact': { zh: '联系方式', en: 'a contact point' },
  'in.contact.email': { zh: '邮箱', en: 'an e-mail address' },
  'in.contact.phone': { zh: '电话', en: 'a phone number' },
  'in.contact.wechat_openid': { zh: '微信', en: 'a WeChat id' },
  'in.contact.wechat_unionid': { zh: '微信', en: 'a WeChat id' },
  'in.contact.address': { zh: '地址', en: 'an address' },
  'in.contact.web': { zh: '网址', en: 'a web address' },
  'in.own': { zh: '“{label}”', en: '“{label}”' },
})
