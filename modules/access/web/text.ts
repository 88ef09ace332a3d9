import { words } from '../../../kernel/text.ts'

export const text = words({
  sign_in: { zh: '登录', en: 'Sign in' },
  sign_in_lead: { zh: '用你的邮箱和密码', en: 'With your e-mail and password' },
  signing_in: { zh: '正在登录', en: 'Signing in' },
  email: { zh: '邮箱', en: 'E-mail' },
  password: { zh: '密码', en: 'Password' },
  code: { zh: '验证码', en: 'Code' },
  code_hint: {
    zh: '验证器上的 6 位数字；手机不在身边就填一个恢复码',
    en: 'Six digits of your authenticator app; without your phone, a recovery code',
  },
  need_code: { zh: '填写验证码', en: 'Enter the code' },
  forgot: {
    zh: '忘了密码？请管理员给你一个新链接。',
    en: 'Forgot it? Your administrator can give you a new link.',
  },
  need_email: { zh: '填写邮箱', en: 'Enter your e-mail' },
  bad_email: { zh: '这不像一个邮箱地址', en: 'This does not look like an e-mail address' },
  need_password: { zh: '填写密码', en: 'Enter a password' },
  offline: {
    zh: '连不上服务器。填的内容都还在，请再试一次。',
    en: 'Cannot reach the server. What you typed is kept; try again.',
  },
  failed: { zh: '没有成功，请再试一次。', en: 'It did not work; try again.' },
  setup_title: { zh: '开始使用 Guanxi', en: 'Set up Guanxi' },
  setup_lead: {
    zh: '建立你的公司和第一位管理员，之后随时可改。',
    en: 'Your company and its first administrator. All of it can be changed later.',
  },
  setup_do: { zh: '建立并进入', en: 'Create and enter' },
  setup_doing: { zh: '正在建立', en: 'Creating' },
  organisation: { zh: '公司名称', en: 'Company' },
  your_name: { zh: '你的姓名', en: 'Your name' },
  need_name: { zh: '填写姓名', en: 'Enter your name' },
  need_organisation: { zh: '填写公司名称', en: 'Enter the company' },
  choose_password: { zh: '设置密码', en: 'Choose a password' },
  password_hint: {
    zh: '至少 10 个字符；一句话比一串符号好记',
    en: 'At least 10 characters; a sentence is easier to remember',
  },
  currency: { zh: '本位币', en: 'Base currency' },
  currency_hint: {
    zh: '不选则随第一批订单的币种',
    en: 'Unless chosen, your first orders decide',
  },
  time_zone: { zh: '时区', en: 'Time zone' },
  link_title: { zh: '这个链接用不了', en: 'This link does not work' },
  link_text: {
    zh: '链接只能用一次，重启后会换新的。请在启动 Guanxi 的窗口里找最新的链接。',
    en: 'A link works once and a restart makes a new one. Look for the latest in the window where Guanxi was started.',
  },
  done_title: { zh: '已经设置好了', en: 'Already set up' },
  done_text: {
    zh: '这套系统已有管理员，请直接登录。',
    en: 'This installation has its administrator: just sign in.',
  },
  to_sign_in: { zh: '去登录', en: 'Sign in' },
  invitation_title: { zh: '{name}，欢迎', en: 'Welcome, {name}' },
  invitation_lead: { zh: '设置密码，用 {email} 登录。', en: 'Choose a password to sign in as {email}.' },
  invitation_do: { zh: '保存密码并进入', en: 'Save the password and enter' },
  invitation_bad: {
    zh: '邀请已用过或已过期。请管理员再发一个。',
    en: 'This invitation was used or has expired. Ask your administrator for a new one.',
  },
  language: { zh: '语言', en: 'Language' },
})
