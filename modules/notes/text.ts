import { words } from '../../kernel/text.ts'

export const text = words({
  'may.notes:read': { zh: '查看备注记录', en: 'See notes' },
  'may.notes:write': { zh: '写备注记录', en: 'Write notes' },
  'may.tasks:read': { zh: '查看待办', en: 'See tasks' },
  'may.tasks:write': { zh: '新建和处理待办', en: 'Make and do tasks' },
  'may.attachments:read': { zh: '查看和下载附件', en: 'See and download files' },
  'may.attachments:write': { zh: '上传和删除附件', en: 'Upload and remove files' },
  'notes.cannot_see': {
    zh: '提到的同事看不到这位客户，请先给他权限，或不提他。',
    en: 'Somebody you mention may not see this customer. Give them access first, or leave them out.',
  },
  'notes.empty': { zh: '请写点内容。', en: 'Write something.' },
  'tasks.two_dues': { zh: '截止日和截止时刻只能填一个。', en: 'It is due on a day or at a time, not both.' },
  'tasks.unknown_party': { zh: '没有找到这位客户。', en: 'That customer was not found.' },
  'tasks.unknown_assignee': {
    zh: '没有找到这位同事，或其账号已停用。',
    en: 'That colleague was not found, or is no longer active.',
  },
  'tasks.cannot_see': {
    zh: '这位同事看不到该客户，不能把待办交给他。',
    en: 'That colleague may not see this customer, so the task cannot be theirs.',
  },
  'tasks.bad_day': {
    zh: '日期 {day} 不在 1900 到 2200 年之间。',
    en: 'The day {day} is not between 1900 and 2200.',
  },
  'tasks.empty': { zh: '请写明要做什么。', en: 'Say what is to be done.' },
  'attachments.too_large': { zh: '文件太大，最多 {mb} MB。', en: 'The file is too large: {mb} MB at most.' },
  'attachments.too_many': {
    zh: '这位客户已有 {most} 个附件，请先删掉一些。',
    en: 'This customer has {most file|files} already. Remove some first.',
  },
  'attachments.empty': { zh: '文件是空的。', en: 'The file is empty.' },
  'attachments.type_refused': { zh: '不能上传程序文件。', en: 'Programs cannot be uploaded.' },
  'attachments.type_lies': {
    zh: '文件内容与它声称的类型（{declared}）不符，没有收下。',
    en: 'The file is not what it says it is ({declared}), so it was not taken.',
  },
  'attachments.broken_upload': {
    zh: '上传中断，没有保存。请再试一次。',
    en: 'The upload broke off and nothing was kept. Try again.',
  },
  'attachments.infected': {
    zh: '扫描发现病毒，不提供下载。',
    en: 'The scanner found a virus. It is not handed out.',
  },
  'attachments.not_scanned': {
    zh: '还在扫描病毒，稍后再下载。',
    en: 'It is still being scanned. Try again in a moment.',
  },
})
