import { words } from '../../kernel/text.ts'

export const text = words({
  'may.backups:read': { zh: '查看备份', en: 'See backups' },
  'may.backups:write': { zh: '备份、下载与恢复全部数据', en: 'Back up, download and restore everything' },

  'backups.no_file': { zh: '找不到这个备份文件', en: 'This backup file is not there' },
  'backups.unreadable': { zh: '读不了这个文件（{reason}）', en: 'This file cannot be read ({reason})' },
  'backups.foreign': {
    zh: '这不是 Guanxi 的备份文件；没有改动任何数据',
    en: 'This is not a backup made by Guanxi. Nothing was changed',
  },
  'backups.truncated': {
    zh: '备份文件不完整，可能没有传完或被截断；没有改动任何数据',
    en: 'The backup file is cut short; perhaps it was not copied to its end. Nothing was changed',
  },
  'backups.damaged': {
    zh: '备份文件已损坏（{entry}）；没有改动任何数据，请换另一份备份',
    en: 'The backup file is damaged ({entry}). Nothing was changed; take another backup',
  },
  'backups.tampered': {
    zh: '备份的内容与它的清单不符（{entry}），可能被改动过；没有改动任何数据',
    en: 'What the backup holds is not what its manifest says ({entry}): it may have been altered. Nothing was changed',
  },
  'backups.encrypted': {
    zh: '备份文件被加了密码：请先解开，再用没有密码的文件',
    en: 'The backup file is locked with a password. Unlock it first and use the file without one',
  },
  'backups.unsafe_name': {
    zh: '压缩包内有可疑的文件名（{entry}），不是 Guanxi 的备份；没有改动任何数据',
    en: 'The archive holds a suspicious name ({entry}), so it is no backup of Guanxi. Nothing was changed',
  },
  'backups.newer_format': {
    zh: '这份备份来自更新版本的 Guanxi：请先升级再恢复',
    en: 'This backup was made by a newer Guanxi. Update this one first, then restore',
  },
  'backups.newer': {
    zh: '这份备份的表结构（{migration}）比当前 Guanxi 新：请先升级再恢复',
    en: 'The schema of this backup ({migration}) is newer than this Guanxi. Update first, then restore',
  },
  'backups.other_schema': {
    zh: '备份中的表结构 {migration} 与当前 Guanxi 的同名文件不同，无法恢复',
    en: 'The schema {migration} of this backup is not the one this Guanxi has under that name, so it cannot be restored',
  },
  'backups.tables_differ': {
    zh: '备份清单中的表 {table} 与它自己的表结构不符；没有改动任何数据',
    en: 'The table {table} in the manifest does not fit the schema it names. Nothing was changed',
  },
  'backups.not_empty': {
    zh: '这里已有数据。要用备份替换全部现有数据，请加上 --replace',
    en: 'There are data here already. To put the backup in place of all of them, add --replace',
  },
  'backups.busy': {
    zh: '数据库正忙，一分钟内没能停下来；没有改动任何数据，请稍后再试',
    en: 'The database was busy and did not come to rest within a minute. Nothing was changed; try again later',
  },
  'backups.restoring': {
    zh: '正在备份或恢复，请等它结束后再试；没有改动任何数据',
    en: 'A backup is being taken or restored. Try again when it is done; nothing was changed',
  },
  'backups.under_way': { zh: '已有一次备份正在进行', en: 'A backup is already being taken' },
  'backups.exists': {
    zh: '{path} 已存在：请换一个文件名',
    en: '{path} is there already: choose another name',
  },
  'backups.cannot_write': {
    zh: '写不了备份文件（{reason}）',
    en: 'The backup file cannot be written ({reason})',
  },
  'backups.disk_full': {
    zh: '磁盘已满：没有留下不完整的文件，也没有改动数据。请腾出空间后再试',
    en: 'The disk is full. No half-written file was left and nothing was changed. Free some space and try again',
  },
  'backups.no_room': {
    zh: '磁盘空间不足：剩 {free_mb} MB，需要约 {wanted_mb} MB；没有开始备份',
    en: 'Too little disk space: {free_mb} MB free, about {wanted_mb} MB needed. The backup was not begun',
  },
  'backups.no_room_back': {
    zh: '磁盘空间不足：剩 {free_mb} MB，恢复需要约 {wanted_mb} MB；没有改动任何数据',
    en: 'Too little disk space: {free_mb} MB free, a restore needs about {wanted_mb} MB. Nothing was changed',
  },
  'backups.wrong_name': {
    zh: '输入的名称与公司名称不一致，没有恢复',
    en: 'This is not the name of the company, so nothing was restored',
  },
  'backups.not_whole': {
    zh: '这份备份没有完成，不能使用',
    en: 'This backup was not finished and cannot be used',
  },
  'backups.key_needs_stop': {
    zh: '包内带有另一把审计密钥，须在 Guanxi 停止时恢复：请先停止它再试',
    en: 'The archive carries another seal key, which can only be taken over while Guanxi is stopped. Stop it and try again',
  },
  'backups.needs_all': {
    zh: '备份含全部未脱敏的数据：只有能看到全部数据的角色才能这样做',
    en: 'A backup holds everything, unmasked: only a role that sees everything may do this',
  },
  'backups.bad_name': {
    zh: '文件名应以 .zip 结尾，只含字母、数字、点、横线和下划线',
    en: 'The file name must end in .zip and hold letters, digits, dots, dashes and underscores only',
  },
  'backups.too_large': { zh: '文件超过 {gb} GB', en: 'The file is larger than {gb} GB' },
  'backups.broken_upload': {
    zh: '上传中断，没有留下任何文件',
    en: 'The upload broke off. Nothing of it was kept',
  },
  'backups.failed': {
    zh: '没有完成；原因见服务器日志',
    en: 'It was not finished; the server’s log says why',
  },
  'backups.restore_died': {
    zh: '恢复途中进程中断；数据仍是恢复之前的样子，可以再试一次',
    en: 'The process died during the restore. The data are as they were before; try again',
  },
  'backups.differs': {
    zh: '试恢复后与备份不一致：{tables}',
    en: 'After a trial restore these tables differ from the backup: {tables}',
  },
  'backups.audit_broken': {
    zh: '试恢复后审计链不完整，{n} 处',
    en: 'After a trial restore the audit chain is broken in {n place|places}',
  },
  'backups.no_createdb': {
    zh: '数据库用户没有新建数据库的权限（CREATEDB），无法试恢复；请授予该权限，或自行定期演练恢复',
    en: 'The database user may not create databases (CREATEDB), so no trial restore is possible. Grant it, or rehearse a restore yourself',
  },
  'job.backups.take': { zh: '备份', en: 'Backup' },
  'job.backups.nightly': { zh: '每晚备份', en: 'Nightly backup' },
  'job.backups.verify': { zh: '试恢复备份', en: 'Trial restore of a backup' },
  'job.backups.weekly': { zh: '每周试恢复', en: 'Weekly trial restore' },
  'backups.phase.copying': { zh: '写入 {table}', en: 'Writing {table}' },
  'backups.phase.rows': { zh: '写回 {table}', en: 'Reading back {table}' },
  'backups.phase.indexes': { zh: '建索引', en: 'Building indexes' },
  'backups.phase.comparing': { zh: '逐表比对', en: 'Comparing every table' },
  'backups.phase.finishing': { zh: '收尾', en: 'Finishing' },
  'backups.phase.proving': { zh: '验证审计链', en: 'Proving the audit chain' },
  'backups.phase.resting': { zh: '等待正在进行的请求结束', en: 'Waiting for requests in flight' },

  'audit.backups.asked': { zh: '要求备份全部数据', en: 'Asked for a backup' },
  'audit.backups.check_asked': { zh: '要求试恢复备份', en: 'Asked for a trial restore' },
  'audit.backups.taken': { zh: '备份了全部数据', en: 'Backed everything up' },
  'audit.backups.downloaded': { zh: '下载了全部数据的备份', en: 'Downloaded a backup of everything' },
  'audit.backups.uploaded': { zh: '上传了备份', en: 'Uploaded a backup' },
  'audit.backups.removed': { zh: '删除了备份', en: 'Removed a backup' },
  'audit.backups.restored': { zh: '恢复了备份', en: 'Restored a backup' },
  'audit.backups.restore_asked': { zh: '要求恢复备份', en: 'Asked for a backup to be restored' },
  'audit.backups.verified': { zh: '试恢复了备份', en: 'Tried a backup by restoring it' },
  'audit.backups.settings_changed': { zh: '修改了备份设置', en: 'Changed the settings of backups' },
})
