import { words } from './text.ts'

/** The kernel's own words: what any route may answer. */
export const kernelWords = words({
  'kernel.invalid': { zh: '请求内容不符合要求', en: 'The request is not valid' },
  'kernel.not_found': { zh: '找不到，或不在你的权限范围内', en: 'Not found, or outside what you may see' },
  'kernel.no_route': { zh: '没有这个地址', en: 'There is nothing at this address' },
  'kernel.sign_in': { zh: '请先登录', en: 'Please sign in' },
  'kernel.bad_key': { zh: '这个密钥无效或已停用', en: 'This key is not valid or has been revoked' },
  'kernel.csrf': {
    zh: '登录状态已变化，请刷新页面再试；没有写入任何内容',
    en: 'Your session has changed. Reload the page and try again; nothing was written',
  },
  'kernel.not_allowed': {
    zh: '你的角色没有这项权限（{permission}）',
    en: 'Your role does not allow this ({permission})',
  },
  'kernel.out_of_scope': {
    zh: '这样改之后就不在你的权限范围内了，所以没有保存',
    en: 'This would move it out of your scope, so it was not saved',
  },
  'kernel.version_changed': {
    zh: '在你编辑期间，别人改过这条记录；你的内容没有保存，请看过最新版本再改',
    en: 'Somebody changed this while you were editing. Your text was not saved; look at the latest version first',
  },
  'kernel.bad_cursor': {
    zh: '翻页标记无效，请从第一页重新开始',
    en: 'This page marker is not valid. Start again from the first page',
  },
  'kernel.key_reused': {
    zh: '同一个 Idempotency-Key 已用于另一份内容',
    en: 'This Idempotency-Key was already used with other content',
  },
  'kernel.bad_key_header': {
    zh: 'Idempotency-Key 应为 1 到 200 个可见字符',
    en: 'Idempotency-Key must be 1 to 200 visible characters',
  },
  'kernel.bad_if_match': {
    zh: 'If-Match 应为读取时得到的版本号，如 "3"',
    en: 'If-Match must be the version you read, such as "3"',
  },
  'kernel.bad_json': { zh: '请求体不是有效的 JSON', en: 'The body is not valid JSON' },
  'kernel.too_large': {
    zh: '请求体太大，上限 {limit} 字节',
    en: 'The body is too large; the limit is {limit byte|bytes}',
  },
  'kernel.media_type': { zh: '不支持这种内容类型', en: 'This content type is not supported' },
  'kernel.too_many': {
    zh: '请求太频繁，请 {retry_after_s} 秒后再试',
    en: 'Too many requests. Try again in {retry_after_s second|seconds}',
  },
  'kernel.conflict': {
    zh: '与另一项同时进行的修改冲突，没有写入；请重试',
    en: 'This collided with another change and was not written. Please try again',
  },
  'kernel.unavailable': {
    zh: '数据库暂时连不上，没有写入；请稍后重试',
    en: 'The database cannot be reached just now. Nothing was written; please try again shortly',
  },
  'kernel.disk_full': {
    zh: '磁盘空间不足，没有写入；腾出空间后再试',
    en: 'The disk is full. Nothing was written; make room and try again',
  },
  'kernel.maintenance': {
    zh: '正在恢复备份，请稍候再试；恢复完成后需要重新登录',
    en: 'A backup is being restored. Please try again in a moment; afterwards you will need to sign in again',
  },
  'kernel.stopping': {
    zh: '服务正在停止，没有写入；请稍后重试',
    en: 'The service is stopping. Nothing was written; please try again shortly',
  },
  'kernel.bug': {
    zh: '出错了，没有写入。请把编号 {request_id} 告诉管理员',
    en: 'Something went wrong and nothing was written. Give the administrator this number: {request_id}',
  },
  'field.required': { zh: '缺少 {name}', en: '{name} is missing' },
  'field.unknown': { zh: '不认识字段 {name}', en: 'Unknown field {name}' },
  'field.type': { zh: '类型应为 {wanted}', en: 'Must be of type {wanted}' },
  'field.enum': { zh: '应为以下之一：{allowed}', en: 'Must be one of: {allowed}' },
  'field.short': { zh: '至少 {limit} 个字符', en: 'At least {limit character|characters}' },
  'field.long': { zh: '最多 {limit} 个字符', en: 'At most {limit character|characters}' },
  'field.range': { zh: '超出范围（{comparison} {limit}）', en: 'Out of range ({comparison} {limit})' },
  'field.format': { zh: '格式不对，应为 {format}', en: 'Not a valid {format}' },
  'field.blank': { zh: '不能为空', en: 'Must not be empty' },
  'field.pattern': { zh: '写法不对', en: 'Not written as it should be' },
  'field.nul': { zh: '不能包含空字符（U+0000）', en: 'Must not contain the NUL character (U+0000)' },
  'field.other': { zh: '不符合要求（{keyword}）', en: 'Not valid ({keyword})' },
})
