import { words } from '../../kernel/text.ts'

export const found = words({
  node_ok: { zh: 'Node {version}', en: 'Node {version}' },
  node_old: {
    zh: 'Node {version} 太旧：请在项目目录运行 npm ci，它会带来 Node 24',
    en: 'Node {version} is too old: run npm ci in the project, which brings Node 24',
  },
  home_ok: { zh: '数据目录可写：{path}', en: 'The data directory can be written: {path}' },
  home_bad: {
    zh: '数据目录不可写（{reason}）：{path}。请改权限，或用 GUANXI_HOME 指定别处',
    en: 'The data directory cannot be written ({reason}): {path}. Mend its rights, or name another with GUANXI_HOME',
  },
  disk_ok: { zh: '磁盘剩余 {free_mb} MB', en: '{free_mb} MB of disk are free' },
  disk_low: {
    zh: '磁盘只剩 {free_mb} MB：请先腾出空间再导入',
    en: 'Only {free_mb} MB of disk are free: make room before an import',
  },
  port_free: { zh: '端口 {port} 可用', en: 'Port {port} is free' },
  port_ours: { zh: '关系正在端口 {port} 上运行', en: 'Guanxi is running on port {port}' },
  port_taken: {
    zh: '端口 {port} 被其他程序占用：请换一个，例如 PORT=3001',
    en: 'Another program has port {port}: choose another, such as PORT=3001',
  },
  web_ok: { zh: '网页已构建', en: 'The web app is built' },
  web_missing: {
    zh: '网页尚未构建：npm start 会自动构建',
    en: 'The web app is not built: npm start builds it',
  },
  database_embedded: {
    zh: '内置的 PostgreSQL {version} 可连接',
    en: 'The embedded PostgreSQL {version} answers',
  },
  database_external: {
    zh: '外部的 PostgreSQL {version} 可连接',
    en: 'The external PostgreSQL {version} answers',
  },
  database_bad: { zh: '数据库不可用：{reason}', en: 'The database cannot be used: {reason}' },
  schema_ok: { zh: '表结构为最新：{last}', en: 'The schema is current: {last}' },
  fsync_ok: {
    zh: 'fsync 已开启：断电不丢已确认的写入',
    en: 'fsync is on: an acknowledged write survives a power cut',
  },
  fsync_off: {
    zh: 'fsync 已关闭：断电会丢数据。请在 PostgreSQL 中设 fsync = on',
    en: 'fsync is off: a power cut loses data. Set fsync = on in PostgreSQL',
  },
  encoding_ok: { zh: '编码为 UTF-8', en: 'The encoding is UTF-8' },
  encoding_bad: {
    zh: '数据库编码为 {encoding}：请新建 UTF8 编码的数据库',
    en: 'The database is encoded as {encoding}: make one in UTF8',
  },
  search_ok: { zh: '中文搜索可用索引', en: 'Chinese search can use its index' },
  search_slow: {
    zh: '数据库的 LC_CTYPE 不识别中文，搜索会变慢：请用 lc_ctype = C.UTF-8 新建数据库',
    en: "The database's LC_CTYPE does not know Chinese letters, so search is slow: make it with lc_ctype = C.UTF-8",
  },
  roles_two: { zh: '应用账号不能改写审计记录', en: "The app's role cannot rewrite the audit" },
  roles_one: {
    zh: '只有一个数据库账号：审计表的只增不改由程序保证，数据库层面没有强制',
    en: 'One database role only: that the audit is append-only is not enforced by the database',
  },
  backup_ok: { zh: '最近一次备份：{at}', en: 'The last backup was taken at {at}' },
  backup_none: {
    zh: '还没有备份：请在「备份」页备份一次，或打开每晚自动备份',
    en: 'There is no backup yet: take one on the Backups page, or switch the nightly one on',
  },
  backup_old: {
    zh: '最近一次备份已是 {at}，超过两天',
    en: 'The last backup is of {at}, more than two days ago',
  },
  check_ok: {
    zh: '备份已试恢复并逐表比对无误：{at}',
    en: 'A backup was restored and compared without a difference at {at}',
  },
  check_none: { zh: '还没有试恢复过备份', en: 'No backup has been restored for a check yet' },
  check_untried: {
    zh: '{at} 的试恢复没能进行：{reason}',
    en: 'The trial restore of {at} could not be done: {reason}',
  },
  check_bad: {
    zh: '{at} 的试恢复未通过：请到「备份」页查看',
    en: 'The trial restore of {at} failed: see the Backups page',
  },
  jobs_ok: { zh: '后台任务正常', en: 'Jobs are running well' },
  jobs_stuck: {
    zh: '有后台任务自 {at} 起一直在排队：请检查后台进程是否在运行',
    en: 'A job has been waiting since {at}: see whether a worker runs',
  },
  workers_none: {
    zh: '没有后台进程在运行：后台任务、封印和定时备份都停着',
    en: 'No worker runs: jobs, seals and nightly backups stand still',
  },
  seal_ok: { zh: '审计封印没有积压', en: 'The audit is sealed without a backlog' },
  seal_late: {
    zh: '有 {n} 条审计记录等待封印',
    en: '{n audit record waits|audit records wait} to be sealed',
  },
  memory_low: { zh: '内存只剩 {free_mb} MB', en: 'Only {free_mb} MB of memory are free' },
  memory_ok: { zh: '内存剩余 {free_mb} MB', en: '{free_mb} MB of memory are free' },
  key_ok: { zh: '封印密钥只有本人可读', en: "The seal's key is readable by its owner alone" },
  key_gone: {
    zh: '封印密钥文件不见了（{path}）：请从备份放回，否则重启后会换成新的密钥',
    en: "The seal's key is gone ({path}): put it back from a copy, or the next start makes another one",
  },
  key_open: {
    zh: '其他用户可以读取封印密钥：chmod 600 {path}',
    en: "Other users can read the seal's key: chmod 600 {path}",
  },
})
