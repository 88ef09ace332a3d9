import { words } from '../../kernel/text.ts'

export const auditText = words({
  other_key: {
    zh: '有 {seals} 个封印（{first} 至 {last}）是用另一把密钥（指纹 {fingerprint}）盖的，本机密钥（指纹 {ours}）无法核对：请在那把密钥所在的 GUANXI_HOME 上运行',
    en: '{seals seal|seals} ({first} to {last}) were sealed with another key (fingerprint {fingerprint}); ours ({ours}) cannot check them: run it where that key is (its GUANXI_HOME)',
  },
  rest_holds: { zh: '其余部分完好。', en: 'Everything else holds.' },
  list: { zh: '列出操作记录，新的在前', en: 'list who did what, newest first' },
  export: {
    zh: '把操作记录连同摘要和封印导出到文件（.zip、.jsonl 或 .csv）',
    en: 'write the records with digests and seals to a file (.zip, .jsonl or .csv)',
  },
  proof: {
    zh: '离线校验一条记录的证明文件；给编号则输出该记录的证明',
    en: 'check the proof of one record offline; with a number, print that record’s proof',
  },
  by_party: { zh: '客户编号', en: 'number of a customer' },
  by_user: { zh: '操作人的用户编号', en: 'number of the user who acted' },
  by_action: {
    zh: '操作，如 parties.updated，可用逗号分隔多个',
    en: 'action, such as parties.updated; several by commas',
  },
  by_subject: {
    zh: '对象，如 party、order、product、user',
    en: 'kind of thing: party, order, product, user',
  },
  by_field: { zh: '字段，如 name、phone', en: 'field, such as name or phone' },
  by_source: { zh: '方式：page、api、cli、import、job', en: 'way: page, api, cli, import, job' },
  by_request: { zh: '请求编号', en: 'number of a request' },
  by_from: { zh: '起始时间（含）', en: 'from this time on' },
  by_to: { zh: '截止时间（不含）', en: 'before this time' },
  limit: { zh: '最多几条（默认 50）', en: 'at most so many (50)' },
  exported: { zh: '已导出到 {path}', en: 'Written to {path}' },
  proof_format: { zh: '{path} 不是审计证明文件', en: '{path} is not a proof of an audit record' },
  proof_content: { zh: '内容与摘要相符', en: 'the content is the one that was digested' },
  proof_no_content: {
    zh: '文件里没有内容（已抹除或隐藏），只核对摘要',
    en: 'no content in the file (erased or withheld): its digest stands for it',
  },
  proof_leaf: { zh: '谁、何时、做了什么与叶相符', en: 'who, when and what are those of the leaf' },
  proof_root: { zh: '沿路径到达第 {seq} 号封印的树根', en: 'the path leads to the root of seal {seq}' },
  proof_mac: { zh: '封印是用本机密钥盖的', en: 'the seal was made with this home’s key' },
  proof_no_key: {
    zh: '封印用的密钥（指纹 {fingerprint}）不在本机，未核对封印',
    en: 'the key that sealed it (fingerprint {fingerprint}) is not here: the seal itself was not checked',
  },
  proof_holds: {
    zh: '证明成立：记录 {id}（{action}，{at}）',
    en: 'The proof holds: record {id} ({action}, {at})',
  },
  proof_broken: {
    zh: '证明不成立：记录 {id} 或证明文件被改过',
    en: 'The proof does not hold: record {id} or the file was altered',
  },
})
