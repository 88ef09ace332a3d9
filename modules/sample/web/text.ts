import { words } from '../../../kernel/text.ts'

export const text = words({
  title: { zh: '示例公司', en: 'Sample company' },
  explore: { zh: '用示例数据看看', en: 'Explore with sample data' },
  exploring: { zh: '正在载入', en: 'Loading' },
  failed: { zh: '没有成功，请再试一次', en: 'It did not work; try again' },

  banner: {
    zh: '您正在查看示例数据，人名和联系方式都是编的。',
    en: 'You are looking at sample data; names and contacts are invented.',
  },
  banner_loading: { zh: '示例数据正在载入。', en: 'The sample data are being loaded.' },
  banner_users: { zh: '换个角色看', en: 'Try other roles' },
  banner_remove: { zh: '移除示例数据', en: 'Remove sample data' },
  banner_see: { zh: '看进度', en: 'See progress' },

  none_title: { zh: '先看一家装满的公司', en: 'See a company that is full already' },
  none_text: {
    zh: '1,000 位客户一年的真实购买记录，一半中文、一半英文；加上供应商、经销商、合作伙伴，以及每种角色各一位可登录的用户。姓名和联系方式都是编的，随时可以一键全部移除。',
    en: 'A year of real purchases by 1,000 customers, half of them Chinese, half English; with suppliers, distributors, partners, and somebody to sign in as for every role. Names and contacts are invented. One click removes all of it.',
  },
  none_do: { zh: '载入示例公司', en: 'Load the sample company' },
  beside_title: { zh: '这里已有自己的数据', en: 'There are data of your own here' },
  beside_text: {
    zh: '已有 {n} 位自己的客户或往来方。示例数据会出现在同一些列表和合计里（都带“示例 Sample”标签），示例用户也能看到你的客户，其中一位是管理员。建议另开一套来看。',
    en: 'You have {n party|parties} of your own. Sample data will stand in the same lists and sums (all tagged “示例 Sample”), and sample users, one of them an administrator, can see your customers. A separate installation is the better place to look around.',
  },
  beside_do: { zh: '我明白，仍然载入', en: 'I understand, load it all the same' },

  loading_title: { zh: '正在载入示例公司', en: 'Loading the sample company' },
  loading_text: {
    zh: '一般不到 20 秒。可以先去别处，不会中断。',
    en: 'Usually less than 20 seconds. You can leave this page meanwhile.',
  },
  broken_title: { zh: '载入没有完成', en: 'The load did not finish' },
  broken_text: {
    zh: '请先移除已载入的部分，再重新载入。',
    en: 'Remove the part that is in, then load it again.',
  },

  loaded_title: { zh: '换个角色看看', en: 'Look at it as somebody else' },
  loaded_text: {
    zh: '同一家公司，总监、客户经理和审计员看到的不一样。退出后用下面任何一位登录，密码相同；移除示例数据时，他们一并消失。',
    en: 'A director, a relationship manager and an auditor see the same company differently. Sign out and in again as any of these, with one password for all; they go when the sample data go.',
  },
  password: { zh: '密码', en: 'Password' },
  password_once: { zh: '只显示这一次，请现在记下', en: 'Shown only now; write it down' },
  password_unknown: {
    zh: '密码只显示一次。没记下就换一个，已登录的示例用户会退出。',
    en: 'The password is shown once. If you did not keep it, make a new one; sample users who are signed in are then signed out.',
  },
  password_new: { zh: '换一个密码', en: 'New password' },
  copy: { zh: '复制', en: 'Copy' },
  copied: { zh: '已复制', en: 'Copied' },
  sign_in_as: { zh: '登录名', en: 'Sign in as' },
  role: { zh: '角色', en: 'Role' },
  name: { zh: '姓名', en: 'Name' },
  unit: { zh: '组织', en: 'Unit' },
  to_customers: { zh: '去看客户', en: 'See the customers' },

  remove_title: { zh: '移除示例数据？', en: 'Remove the sample data?' },
  remove_counts: {
    zh: '{parties} 位客户与往来方、{orders} 单、{products} 个产品、{users} 位示例用户和 {units} 个示例组织会全部删除，不能撤销。',
    en: '{parties party|parties}, {orders order|orders}, {products product|products}, {users sample user|sample users} and {units sample unit|sample units} are deleted for good.',
  },
  remove_changed: {
    zh: '有人改过其中 {n} 位，改动也会一起删除：',
    en: 'People have changed {n} of the parties; their changes go too:',
  },
  remove_added: {
    zh: '有人在示例客户上加了 {n} 单，也会一起删除。',
    en: '{n order|orders} that people added to sample parties {n:goes|go} too.',
  },
  remove_kept: {
    zh: '属于你的会留下：{disowned} 位归属示例用户的客户将没有归属，{kept_units} 个组织、{kept_products} 个产品因仍在使用而保留。',
    en: 'What is yours stays: {disowned party|parties} owned by sample users {disowned:loses its|lose their} owner; {kept_units unit|units} and {kept_products product|products} still in use stay.',
  },
  remove_me: {
    zh: '你现在用的是示例用户，移除后需要重新登录或设置。',
    en: 'You are signed in as a sample user: afterwards you sign in again, or set up your own company.',
  },
  remove_do: { zh: '全部移除', en: 'Remove all of it' },
  removing: { zh: '正在移除', en: 'Removing' },
  cancel: { zh: '取消', en: 'Cancel' },
  removed: {
    zh: '示例数据已移除：{parties} 位客户与往来方、{orders} 单',
    en: 'The sample data are gone: {parties party|parties}, {orders order|orders}',
  },
})
