import { words } from '../../kernel/text.ts'

export const text = words({
  'may.parties:erase': {
    zh: '按请求抹除个人信息、导出全部个人信息',
    en: 'Erase people on request and export all about them',
  },
  'parties.erased': {
    zh: '此客户的个人信息已按请求抹除，不能再修改或恢复',
    en: 'This customer was erased on request and cannot be changed or restored',
  },
  'erasure.confirm_differs': {
    zh: '输入的名称与“{name}”不一致，没有抹除任何内容',
    en: 'What was typed is not “{name}”. Nothing was erased',
  },
  'erasure.reference_names': {
    zh: '登记编号里不能出现此人的姓名或联系方式：它会一直保留',
    en: 'The reference must not name the person: it stays on record',
  },
  'erasure.import_under_way': {
    zh: '含此人的文件正在导入（第 {import_id} 号），请等它结束再抹除',
    en: 'Import {import_id} is reading a file that names this person. Wait for it to end',
  },
  'erasure.masked': {
    zh: '你的角色看不到部分联系方式或生日，因此不能导出全部个人信息',
    en: 'Your role does not see every contact point or birthday, so it cannot export everything',
  },
  'ground.request': { zh: '本人要求删除', en: 'The person asked for it' },
  'ground.consent_withdrawn': { zh: '本人撤回同意', en: 'Consent was withdrawn' },
  'ground.not_needed': { zh: '处理目的已实现或无法实现', en: 'No longer needed for its purpose' },
  'ground.unlawful': { zh: '收集或处理不合规', en: 'It was processed unlawfully' },
})

/** The person's own copy. */
export const copyText = words({
  title: { zh: '{name} 的全部个人信息', en: 'Everything kept about {name}' },
  made: { zh: '由 {company} 于 {at} 生成', en: 'Made by {company} on {at}' },
  none: { zh: '无', en: 'Nothing' },
  audit: { zh: '操作记录', en: 'Record of changes' },
  readme: {
    zh: '本压缩包含本系统保存的关于此人的全部信息：index.html 供阅读，everything.json 供其他程序读取，两者内容相同；附件原样放在 files 文件夹里（未通过病毒检查的除外）。',
    en: 'This archive holds everything that this system keeps about the person: index.html to read, everything.json for other programs; both hold the same. Attached files are in the folder files as they were given, except those that have not passed the virus check.',
  },
})
