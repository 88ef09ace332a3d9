import { words } from '../../kernel/text.ts'

export const text = words({
  usage: { zh: '用法：guanxi <命令> [参数]', en: 'Usage: guanxi <command> [options]' },
  common: {
    zh: '每个命令都支持 --help 和 --json；进度写到标准错误，结果写到标准输出。',
    en: 'Every command takes --help and --json. Progress goes to stderr, answers to stdout.',
  },
  exits: {
    zh: '退出码：0 完成；1 失败，没有写入；2 用法或配置错误；3 完成，但有退回的行或需要处理的问题。',
    en: 'Exit codes: 0 done; 1 failed, nothing written; 2 wrong usage or configuration; 3 done, but rows were rejected or something needs mending.',
  },
  json: { zh: '以一行 JSON 输出结果', en: 'answer as one line of JSON' },
  help: { zh: '显示本帮助', en: 'show this help' },
  unknown_command: { zh: '没有「{name}」这个命令。', en: 'There is no command “{name}”.' },
  unknown_option: { zh: '不认识参数 {option}。', en: 'Unknown option {option}.' },
  bad_option: { zh: '参数 {option} 的值不对或缺少。', en: 'The value of {option} is missing or not wanted.' },
  missing: { zh: '参数不全，或多了参数。', en: 'An argument is missing, or there is one too many.' },
  serve: { zh: '启动关系（等同于 npm start）', en: 'run Guanxi, as npm start does' },
  serve_port: { zh: '端口，优先于 PORT', en: 'port, before PORT' },
  import_orders: { zh: '导入订单（含客户与产品）', en: 'import orders, with their customers and products' },
  import_parties: { zh: '导入客户、供应商等', en: 'import customers, suppliers and others' },
  import_products: { zh: '导入产品', en: 'import products' },
  import_source: {
    zh: '来源名称；同一来源内编号唯一（默认 file）',
    en: 'name of the source: numbers are unique within it (default: file)',
  },
  import_dry: { zh: '只看会发生什么，不写入', en: 'show what would happen, write nothing' },
  import_zone: {
    zh: '文件中时间所在的时区，如 Europe/London',
    en: 'time zone of the file, such as Europe/London',
  },
  import_currency: {
    zh: '文件未写币种时使用，如 GBP',
    en: 'currency where the file names none, such as GBP',
  },
  import_whole: {
    zh: '文件总是含整张订单：缺少的行将被移除',
    en: 'the file always carries whole orders: lines it lacks are removed',
  },
  import_progress: {
    zh: '{phase}　{done} 行　{rate} 行/秒',
    en: '{phase}  {done line|lines}  {rate line|lines}/s',
  },
  import_encoding: {
    zh: '文件编码：utf-8、utf-16le、utf-16be、gb18030、big5、windows-1252；默认自动识别',
    en: 'what the file is written in: utf-8, utf-16le, utf-16be, gb18030, big5, windows-1252; found out by default',
  },
  import_delimiter: {
    zh: '列之间的分隔符，如 ";"、"|" 或 tab；默认自动识别',
    en: 'what stands between columns, such as ";", "|" or tab; found out by default',
  },
  import_sheet: {
    zh: '工作簿里要读的工作表；默认第一张有数据的',
    en: 'which sheet of a workbook to read; by default the first with data',
  },
  import_header_rows: {
    zh: '表头有几行：0 没有，1，或 2（上下连成列名）；默认自动识别',
    en: 'rows of the header: 0 for none, 1, or 2 (joined to one name); found out by default',
  },
  import_mode: {
    zh: 'create 只新建，update 只更新，upsert 新建并更新（默认）',
    en: 'create only, update only, or upsert: both (the default)',
  },
  import_key: {
    zh: '凭什么识别客户：id（外部编号，没有则看联系方式）、external_id、email、phone、wechat、name、contact',
    en: 'what parties are known by: id (the external id, else contacts), external_id, email, phone, wechat, name, contact',
  },
  import_organisations: {
    zh: '没有的所属单位就新建；不加则只提示',
    en: 'make organisations of people that nobody knows; else they are reported',
  },
  import_bad_option: {
    zh: '{option} 不认识“{value}”，可用：{known}',
    en: '{option} does not know “{value}”; known are: {known}',
  },
  import_link: { zh: '{path} 是链接，读取 {to}', en: '{path} is a link; reading {to}' },
  import_done: {
    zh: '完成，用时 {seconds} 秒，每秒 {rate} 行',
    en: 'Done in {seconds} s, {rate line|lines}/s',
  },
  import_dry_done: { zh: '预演完成，没有写入任何内容', en: 'Dry run: nothing was written' },
  row_head: { zh: '读入\t新建\t更新\t不变\t退回', en: 'read\tcreated\tupdated\tunchanged\trejected' },
  row_lines: { zh: '文件行', en: 'lines' },
  row_orders: { zh: '订单', en: 'orders' },
  row_parties: { zh: '客户', en: 'parties' },
  row_products: { zh: '产品', en: 'products' },
  net: { zh: '数量 × 单价合计：{net}', en: 'Sum of quantity × price: {net}' },
  rejects_at: {
    zh: '{n} 行退回，已写入 {path}，改好后可再次导入',
    en: '{n row|rows} rejected, kept in {path}: mend it and import it again',
  },
  user_create: { zh: '新建用户', en: 'create a user' },
  user_email: { zh: '邮箱', en: 'e-mail' },
  user_name: { zh: '姓名', en: 'name' },
  user_role: {
    zh: '角色代码，如 relationship_manager',
    en: 'code of the role, such as relationship_manager',
  },
  user_unit: { zh: '所属组织名称（默认总部）', en: 'name of the unit (default: headquarters)' },
  user_password: {
    zh: '从标准输入读取初始密码；不给则生成一次性邀请链接',
    en: 'read the first password from stdin; without it, a one-time invitation link is made',
  },
  user_done: { zh: '已新建用户 {email}', en: 'User {email} created' },
  user_reset: {
    zh: '重置一位用户的两步验证（丢了设备时），并退出其所有登录',
    en: 'take away the two-step sign-in of a user who lost the device; signs them out everywhere',
  },
  user_reset_done: { zh: '{name} 现在只用密码就能登录', en: '{name} signs in with the password alone now' },
  user_link: {
    zh: '给用户一个重设密码的一次性链接',
    en: 'make a one-time link with which a user chooses a new password',
  },
  user_invite: { zh: '邀请链接（一次有效）：{link}', en: 'Invitation link, good for one use: {link}' },
  key_create: {
    zh: '新建 API 密钥，标准输出只有密钥本身',
    en: 'create an API key; stdout carries the key alone',
  },
  key_name: { zh: '用途，便于以后辨认', en: 'what it is for' },
  key_role: { zh: '角色代码，如 analyst', en: 'code of the role, such as analyst' },
  audit_verify: {
    zh: '验证审计链：逐条核对，找出被改动的记录',
    en: 'prove the audit chain, and find a tampered row',
  },
  audit_ok: {
    zh: '审计链完整：{seals} 个封印，{rows} 条记录，{unsealed} 条待封。链首：{head}',
    en: 'The audit chain holds: {seals seal|seals}, {rows record|records}, {unsealed} not sealed yet. Head: {head}',
  },
  audit_broken: { zh: '审计链已损坏，{n} 处：', en: 'The audit chain is broken in {n place|places}:' },
  audit_place: { zh: '封印 {seq}，记录 {id}：{why}', en: 'seal {seq}, record {id}: {why}' },
  doctor: {
    zh: '检查启动所需的一切，并说明如何修复',
    en: 'check everything a start needs, and say how to mend it',
  },
})
