import { words } from '../../kernel/text.ts'

/** What each kind of break means, for whoever has to act on it. */
export const why = words({
  payload_changed: { zh: '内容被改过', en: 'its content was changed' },
  row_changed: {
    zh: '这个封印里有记录的时间、操作人或动作被改过',
    en: 'a record of this seal had its time, actor or action changed',
  },
  row_missing: { zh: '记录被删除', en: 'the record was deleted' },
  row_unknown: { zh: '不是关系写入的记录', en: 'the record was not written by Guanxi' },
  row_twice: { zh: '记录重复出现', en: 'the record appears twice' },
  half_erased: { zh: '内容只抹去了一半', en: 'its content was erased by half' },
  erased_unrecorded: {
    zh: '内容被抹去，但没有对应的抹除登记',
    en: 'its content was erased, and no erasure is on record for it',
  },
  seal_missing: { zh: '封印被删除', en: 'the seal was deleted' },
  seal_changed: {
    zh: '封印被改过，或密钥不是当时的密钥',
    en: 'the seal was changed, or the key is not the one it was made with',
  },
})

export const auditText = words({
  other_key: {
    zh: '有 {seals} 个封印（{first} 至 {last}）是用另一把密钥（指纹 {fingerprint}）盖的，本机密钥（指纹 {ours}）无法核对：请在那把密钥所在的 GUANXI_HOME 上运行',
    en: '{seals} seals ({first} to {last}) were sealed with another key (fingerprint {fingerprint}); ours ({ours}) cannot check them: run it where that key is (its GUANXI_HOME)',
  },
  rest_holds: { zh: '其余部分完好。', en: 'Everything else holds.' },
})
