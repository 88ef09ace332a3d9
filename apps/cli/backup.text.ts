import { words } from '../../kernel/text.ts'

export const text = words({
  backup: {
    zh: '把全部数据备份到一个开放的 ZIP 文件（- 写到标准输出）；系统照常使用',
    en: 'back everything up into one open ZIP (- for stdout), while everybody goes on working',
  },
  with_key: {
    zh: '把审计密钥 seal.key 放进去：请像保管钥匙一样保管这个文件',
    en: 'put the audit’s seal.key into it: keep such a file like a key',
  },
  over: { zh: '同名文件存在时覆盖', en: 'write over a file of that name' },
  restore: {
    zh: '从备份恢复，可恢复到任何受支持的 PostgreSQL',
    en: 'restore a backup, into any supported PostgreSQL',
  },
  replace: { zh: '替换现有的全部数据', en: 'put it in place of everything that is there' },
  check: {
    zh: '只试恢复到一个临时数据库并逐表比对，不改动任何数据',
    en: 'only try it: restore beside the house, compare every table, change nothing',
  },
  backup_done: {
    zh: '备份完成：{rows} 行，{size}，用时 {seconds} 秒\n{path}\nSHA-256 {sha256}',
    en: 'Backed up: {rows row|rows}, {size}, in {seconds} s\n{path}\nSHA-256 {sha256}',
  },
  key_apart: {
    zh: '审计密钥不在包内：请另外保存一份 {path}（指纹 {fingerprint}）',
    en: 'The audit’s key is not in it: keep a copy of {path} apart (fingerprint {fingerprint})',
  },
  key_inside: {
    zh: '审计密钥在包内（指纹 {fingerprint}）：请像保管钥匙一样保管这个文件',
    en: 'The audit’s key is in it (fingerprint {fingerprint}): keep this file like a key',
  },
  restore_done: {
    zh: '恢复完成：{company}，{taken_at} 的数据，{rows} 行，用时 {seconds} 秒。所有人需要重新登录',
    en: 'Restored: {company} as of {taken_at}, {rows row|rows}, in {seconds} s. Everybody signs in again',
  },
  check_done: {
    zh: '试恢复通过：{tables} 张表、{rows} 行逐字节一致，用时 {seconds} 秒',
    en: 'The backup is good: {tables table|tables} with {rows row|rows} came back the same, byte for byte, in {seconds} s',
  },
  check_bad: { zh: '试恢复不通过：{reason}', en: 'The backup is not good: {reason}' },
  other_key: {
    zh: '注意：这份备份的审计链由另一把密钥封印（指纹 {theirs}，本机为 {ours}）。请把原来的 seal.key 放回 {path}，否则 audit verify 无法核对之前的封印',
    en: 'Note: the audit of this backup was sealed with another key (fingerprint {theirs}; this home has {ours}). Put the original seal.key at {path}, or audit verify cannot vouch for the seals of before',
  },
  key_taken: {
    zh: '已采用包内的审计密钥（指纹 {theirs}）；原来的保存在 {path}',
    en: 'The key in the archive is in use now (fingerprint {theirs}); the former one was kept as {path}',
  },
})
