import { words } from '../../kernel/text.ts'

export const text = words({
  main_nav: { zh: '主导航', en: 'Main navigation' },
  all_keys: { zh: '全部快捷键', en: 'All keys' },
  language: { zh: '语言', en: 'Language' },
  theme: { zh: '外观', en: 'Theme' },
  theme_system: { zh: '跟随系统', en: 'As the system' },
  theme_light: { zh: '浅色', en: 'Light' },
  theme_dark: { zh: '深色', en: 'Dark' },
  account: { zh: '账户', en: 'Account' },
  my_account: { zh: '账户与安全', en: 'Account and security' },
  more_pages: { zh: '更多', en: 'More' },
  sign_out: { zh: '退出登录', en: 'Sign out' },
  sign_out_everywhere: { zh: '在所有设备上退出', en: 'Sign out everywhere' },
  go_to: { zh: '去{name}', en: 'Go to {name}' },
  keys_go: { zh: '去哪里', en: 'Go' },
  keys_here: { zh: '这一页', en: 'On this page' },
  keys_all: { zh: '到处可用', en: 'Everywhere' },
  key_then: { zh: '再', en: 'then' },
  not_found: { zh: '没有这一页', en: 'There is no such page' },
  not_found_text: {
    zh: '地址可能写错了，或这一页已经移走。',
    en: 'The address may be mistyped, or the page has moved.',
  },
  to_start: { zh: '回到首页', en: 'Go to the start' },
  nothing_yet: { zh: '你的角色还没有可看的页面', en: 'Your role has no pages to show yet' },
  nothing_yet_text: { zh: '请联系管理员为你开通。', en: 'Ask your administrator for access.' },
})
