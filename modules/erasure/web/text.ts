import { words } from '../../../kernel/text.ts'

export const text = words({
  title: { zh: '抹除“{name}”的个人信息', en: 'Erase “{name}”' },
  lead: {
    zh: '抹除后无法恢复，也不能撤销。请核对下面的内容。',
    en: 'There is no way back from this, and no undo. Please read what will happen.',
  },
  removed: { zh: '删除', en: 'Removed' },
  pseudonymised: { zh: '去标识', en: 'Pseudonymised' },
  kept: { zh: '保留', en: 'Kept' },
  ground: { zh: '依据', en: 'Ground' },
  reference: { zh: '登记编号（选填）', en: 'Reference (optional)' },
  reference_hint: {
    zh: '如工单号；会一直保留，不要写姓名',
    en: 'Such as a ticket number. It stays on record: name nobody',
  },
  confirm: { zh: '输入“{name}”以确认', en: 'Type “{name}” to confirm' },
  erase: { zh: '永久抹除', en: 'Erase for good' },
  cancel: { zh: '取消', en: 'Cancel' },
  erased: { zh: '已抹除', en: 'Erased' },
  backups: {
    zh: '已有的备份里仍有此人，到期清除；从备份恢复时会自动再次抹除。',
    en: 'Backups that exist still hold this person until they expire; restoring one erases again by itself.',
  },
  notice: { zh: '个人信息已于 {at} 由 {who} 抹除（{ground}）', en: 'Erased on {at} by {who}: {ground}' },
  notice_kept: { zh: '依法保留：{kept}', en: 'Kept because law requires it: {kept}' },
  notice_again: { zh: '从备份恢复后再次抹除', en: 'Erased again after a restore' },
  system: { zh: '系统', en: 'the system' },
})
