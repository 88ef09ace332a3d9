import { words } from '../../kernel/text.ts'

export const text = words({
  'access.setup_done': {
    zh: '这套系统已经设置好，请直接登录',
    en: 'This installation is already set up. Please sign in',
  },
  'access.setup_link': {
    zh: '设置链接无效或已用过；重新启动 Guanxi 会显示新的链接',
    en: 'This set-up link is not valid or was used. Start Guanxi again to see a new one',
  },
  'access.invitation_link': {
    zh: '邀请链接无效、已用过或已过期；请管理员再发一个',
    en: 'This invitation is not valid, was used or has expired. Ask your administrator for a new one',
  },
  'access.wrong_password': { zh: '邮箱或密码不对', en: 'The e-mail or the password is not right' },
  'access.throttled': {
    zh: '尝试次数太多，请 {retry_after_s} 秒后再试',
    en: 'Too many attempts. Try again in {retry_after_s second|seconds}',
  },
  'access.busy': {
    zh: '此刻登录的人太多，请 {retry_after_s} 秒后再试',
    en: 'Too many people are signing in just now. Try again in {retry_after_s second|seconds}',
  },
  'access.password_short': {
    zh: '密码至少 {min} 个字符',
    en: 'A password needs at least {min character|characters}',
  },
  'access.password_common': {
    zh: '这个密码太常见，容易被猜中；用一句只有你知道的话更好',
    en: 'This password is too common to be safe. A sentence only you know is better',
  },
  'access.password_is_email': {
    zh: '密码不能用邮箱',
    en: 'The password must not be the e-mail address',
  },
  'access.code_needed': {
    zh: '请输入验证器上的 6 位数字',
    en: 'Enter the six digits of your authenticator app',
  },
  'access.code_wrong': {
    zh: '验证码不对或已用过；等下一个再试，或用一个恢复码',
    en: 'The code is not right or was used already. Wait for the next one, or use a recovery code',
  },
  'access.second_on': { zh: '两步验证已经开启', en: 'Two-step sign-in is on already' },
  'access.second_off': { zh: '两步验证没有开启', en: 'Two-step sign-in is not on' },
  'access.second_required': {
    zh: '公司要求使用两步验证，不能关闭',
    en: 'Your company asks for two-step sign-in: it cannot be switched off',
  },
  'access.needs_session': {
    zh: '这一项属于登录的人，API 密钥不能用',
    en: 'This belongs to a signed-in person; an API key cannot use it',
  },
  'access.email_taken': { zh: '邮箱 {email} 已有人使用', en: 'The e-mail {email} is already in use' },
  'access.email_bad': { zh: '{email} 不像邮箱地址', en: '{email} does not look like an e-mail address' },
  'access.email_unknown': { zh: '没有邮箱为 {email} 的用户', en: 'There is no user with the e-mail {email}' },
  'access.name_bad': { zh: '名称为 1 到 200 个字符', en: 'A name has 1 to 200 characters' },
  'access.user_inactive': {
    zh: '{name} 已停用，请先启用再邀请',
    en: '{name} is deactivated. Activate the account before inviting',
  },
  'access.last_administrator': {
    zh: '这是最后一位能登录的管理员；请先任命另一位',
    en: 'This is the last administrator who can sign in. Appoint another first',
  },
  'access.beyond_own': {
    zh: '不能给出自己没有的权限：{beyond}',
    en: 'You cannot give rights that you do not have yourself: {beyond}',
  },
  'access.role_unknown': { zh: '没有角色 {role}', en: 'There is no role {role}' },
  'access.role_taken': { zh: '已有代码为 {code} 的角色', en: 'There already is a role with the code {code}' },
  'access.role_builtin': { zh: '内置角色不能删除', en: 'A starting role cannot be removed' },
  'access.role_in_use': {
    zh: '还有 {users} 位用户、{keys} 个密钥或 Webhook 在用这个角色',
    en: 'This role is still held by {users user|users} and {keys key or webhook|keys or webhooks}',
  },
  'access.permission_unknown': { zh: '没有权限 {permission}', en: 'There is no permission {permission}' },
  'access.scope_all_only': {
    zh: '{permission} 属于全公司，范围只能是“全部”',
    en: '{permission} is about the whole company, so its scope can only be all',
  },
  'access.administrator_fixed': {
    zh: '管理员的权限不能改动，否则可能再没有人能改回来',
    en: 'What the administrator may do cannot be changed, or nobody might be able to change it back',
  },
  'access.auditor_reads_only': {
    zh: '审计员只能查看，不能有 {permission}',
    en: 'The auditor only reads and cannot have {permission}',
  },
  'access.route_unknown': {
    zh: '没有接口 {route}，或它不是查询',
    en: 'There is no route {route}, or it does not read',
  },
  'access.sees_what': { zh: '请说明要看哪一页或哪项权限', en: 'Say which page or permission to look at' },
  'access.unit_unknown': { zh: '没有组织单元 {unit}', en: 'There is no unit {unit}' },
  'access.unit_order': {
    zh: '层级依次为总部、分公司、大区、团队，{kind} 不能放在 {parent} 之下',
    en: 'Units go headquarters, branch, region, team: a {kind} cannot stand below a {parent}',
  },
  'access.unit_cycle': { zh: '单元不能移到自己之下', en: 'A unit cannot be moved below itself' },
  'access.unit_root': {
    zh: '总部是组织的根，只能改名',
    en: 'Headquarters is the root; it can only be renamed',
  },
  'access.unit_name_taken': {
    zh: '同一上级之下已有“{name}”',
    en: 'There already is a “{name}” below the same unit',
  },
  'access.unit_in_use': {
    zh: '“{name}”还有下级、成员、密钥、Webhook、客户或导入记录，不能删除',
    en: '“{name}” still has units, people, keys, webhooks, customers or imports and cannot be removed',
  },
  'access.zone_unknown': { zh: '没有时区 {time_zone}', en: 'There is no time zone {time_zone}' },
  'access.currency_unknown': {
    zh: '没有币种 {base_currency}',
    en: 'There is no currency {base_currency}',
  },
  'may.users:read': { zh: '查看用户', en: 'See users' },
  'may.users:write': { zh: '添加、修改、停用用户', en: 'Add, change and deactivate users' },
  'may.roles:read': { zh: '查看角色', en: 'See roles' },
  'may.roles:write': { zh: '添加、修改角色', en: 'Add and change roles' },
  'may.units:read': { zh: '查看组织架构', en: 'See the units of the company' },
  'may.units:write': { zh: '调整组织架构', en: 'Add, move and remove units' },
  'may.keys:read': { zh: '查看 API 密钥', en: 'See API keys' },
  'may.keys:write': { zh: '创建、停用 API 密钥', en: 'Create and revoke API keys' },
  'may.settings:read': { zh: '查看公司设置', en: 'See company settings' },
  'may.settings:write': { zh: '修改公司设置', en: 'Change company settings' },
})
