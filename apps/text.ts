import { words } from '../kernel/text.ts'

export const text = words({
  ready: { zh: '关系已启动：{url}', en: 'Guanxi is ready: {url}' },
  ready_first: {
    zh: '关系已启动：{url}　首次使用，请打开一次性设置链接：{link}',
    en: 'Guanxi is ready: {url}  First time: open this one-time set-up link: {link}',
  },
  worker_ready: { zh: '关系后台进程已启动', en: 'The Guanxi worker is ready' },
  port_taken: {
    zh: '端口 {port} 已被占用：请换一个，例如 PORT=3001 npm start',
    en: 'Port {port} is taken: choose another, such as PORT=3001 npm start',
  },
})
