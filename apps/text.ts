import { words } from '../kernel/text.ts'

export const text = words({
  ready: { zh: '关系已启动：{url}', en: 'Guanxi is ready: {url}' },
  ready_first: {
    zh: '关系已启动：{url}　首次使用，请打开一次性设置链接：{link}',
    en: 'Guanxi is ready: {url}  First time: open this one-time set-up link: {link}',
  },
  other_key: {
    zh: '审计封印的密钥（指纹 {theirs}）不是本机 GUANXI_HOME 中的密钥（指纹 {ours}）：请把同一份 seal.key 放到各台机器，否则各自只能核对自己的封印',
    en: 'The newest audit seal was made with another key (fingerprint {theirs}) than the one in this GUANXI_HOME ({ours}): give every machine the same seal.key, or each can check only its own seals',
  },
  worker_ready: { zh: '关系后台进程已启动', en: 'The Guanxi worker is ready' },
  port_taken: {
    zh: '端口 {port} 已被占用：请换一个，例如 PORT=3001 npm start',
    en: 'Port {port} is taken: choose another, such as PORT=3001 npm start',
  },
  port_denied: {
    zh: '不允许使用端口 {port}：1024 以下的端口需要 root，请换一个，例如 PORT=3001 npm start',
    en: 'Port {port} is not allowed: those below 1024 need root, so choose another, such as PORT=3001 npm start',
  },
  host_not_here: {
    zh: '无法在 HOST={host} 上监听：{reason}。请用本机的地址，例如 127.0.0.1 或 0.0.0.0',
    en: 'HOST={host} cannot be listened on: {reason}. Use an address of this machine, such as 127.0.0.1 or 0.0.0.0',
  },
  database_old: {
    zh: 'PostgreSQL {version} 太旧：需要 15 或更高版本',
    en: 'PostgreSQL {version} is too old: 15 or newer is needed',
  },
  database_encoding: {
    zh: '数据库编码为 {encoding}：请新建 UTF8 编码的数据库',
    en: 'The database is encoded as {encoding}: make one in UTF8',
  },
  database_refuses: {
    zh: '数据库拒绝登录（{reason}）：请检查 DATABASE_URL 中的用户和密码',
    en: 'The database refuses the sign-in ({reason}): check user and password in DATABASE_URL',
  },
  database_missing: {
    zh: 'DATABASE_URL 中的数据库不存在（{reason}）：请先新建它，编码为 UTF8',
    en: 'The database of DATABASE_URL is not there ({reason}): create it first, in UTF8',
  },
  database_rights: {
    zh: 'DATABASE_URL 的用户权限不足（{reason}）：该用户须是数据库的所有者',
    en: 'The user of DATABASE_URL may not do what is needed ({reason}): it must own the database',
  },
  database_away: {
    zh: '连不上 DATABASE_URL 指向的数据库（{reason}）：请检查地址、端口，以及 PostgreSQL 是否在运行',
    en: 'The database of DATABASE_URL cannot be reached ({reason}): check host and port, and that PostgreSQL runs there',
  },
  key_bad: {
    zh: '{path} 应为 32 字节：请从您保存的副本恢复它',
    en: '{path} should hold 32 bytes: restore it from where you keep a copy',
  },
})
