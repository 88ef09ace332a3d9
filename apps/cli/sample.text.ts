import { words } from '../../kernel/text.ts'

export const text = words({
  load: {
    zh: '载入示例公司：1,000 个真实的购买历史，姓名和联系方式都是编的',
    en: 'load the sample company: 1,000 real purchase histories under invented names',
  },
  remove: { zh: '移除示例公司的全部数据和用户', en: 'remove the sample company, data and users' },
  beside: { zh: '已有自己的客户时也载入', en: 'also where there are customers of your own' },
  new_password: {
    zh: '已经载入时，给示例用户换一个新密码',
    en: 'where it is loaded already, give its users a new password',
  },
  yes: { zh: '有人改过示例数据时也移除', en: 'also when people have changed sample data' },
  there: {
    zh: '示例公司已经在这里了。忘了密码可用 --new-password 换一个',
    en: 'The sample company is here already. --new-password gives its users another password',
  },
  loaded: { zh: '示例公司已载入，用时 {seconds} 秒。', en: 'The sample company is here, after {seconds} s.' },
  users: {
    zh: '可以用下面任何一位登录，密码都是 {password}',
    en: 'Sign in as any of these; the password of all is {password}',
  },
  how_out: {
    zh: '移除：npx guanxi sample remove，或在页面上点“移除示例数据”',
    en: 'Remove it with npx guanxi sample remove, or on the page',
  },
  not_beside: {
    zh: '没有载入示例公司：这里已有 {n} 位自己的客户或往来方。确实要混在一起：npx guanxi sample load --beside-real',
    en: 'The sample company was not loaded: you have {n party|parties} of your own. To have both: npx guanxi sample load --beside-real',
  },
  changed: {
    zh: '有人动过示例数据：改过 {changed_parties} 位，加了 {added_orders} 单；都会一起移除。确认请加 --yes',
    en: 'People have worked on sample data: {changed_parties party|parties} changed, {added_orders order|orders} added; all of it goes. Say --yes to go on',
  },
  changed_one: { zh: '{name}（{by}，{at}）', en: '{name} ({by}, {at})' },
  removed: {
    zh: '示例公司已移除：{parties} 位客户与往来方、{orders} 单、{products} 个产品、{users} 位用户',
    en: 'The sample company is gone: {parties party|parties}, {orders order|orders}, {products product|products}, {users user|users}',
  },
  kept: {
    zh: '属于你的留下了：{disowned} 位客户不再有归属，{kept_units} 个组织、{kept_products} 个产品仍在使用',
    en: 'What is yours stays: {disowned party|parties} now without an owner, {kept_units unit|units} and {kept_products product|products} still in use',
  },
  setup: {
    zh: '还没有自己的管理员，请打开一次性设置链接：{link}',
    en: 'There is no administrator of your own yet; open this one-time set-up link: {link}',
  },
})
