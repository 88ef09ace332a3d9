import { words } from '../../../../kernel/text.ts'

export const linkText = words({
  again: {
    zh: '给 {name} 一个新链接，以前发的链接随即失效。',
    en: 'Makes a new link for {name}; links sent before stop working.',
  },
  reset: {
    zh: '{name} 打开链接可以设置新密码，设好后其他登录全部退出；在那之前旧密码照常可用。',
    en: '{name} can choose a new password with it, and every other sign-in then ends; until then the old password works.',
  },
})
