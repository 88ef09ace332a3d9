import { words } from '../../../kernel/text.ts'

/** Handing over a file. */
export const dropText = words({
  drop_title: { zh: '把文件拖到这里', en: 'Drop a file here' },
  drop_over: { zh: '松开即可', en: 'Let go to begin' },
  drop_text: {
    zh: 'Excel（.xlsx）、CSV、TXT 或压缩的 .gz，大小不限；工作表、编码和分隔符会自动识别，都可以改。',
    en: 'Excel (.xlsx), CSV, TXT or a .gz, of any size. Sheet, encoding and delimiter are found out and can be changed.',
  },
  choose: { zh: '选择文件', en: 'Choose a file' },
  nothing_yet: {
    zh: '放进来只是查看，确认之前什么都不会写入。',
    en: 'Nothing is written until you have seen what would happen and agreed.',
  },
  mending: {
    zh: '把改好的退回文件放进来，来源和列对应沿用上一次（{file}）。',
    en: 'Drop the mended file: source and matching stay as they were for {file}.',
  },
  broke_off: {
    zh: '上次没有传完。把同一个文件再放进来即可，已选的设置都在。',
    en: 'The upload was cut off. Drop the file again; your settings are kept.',
  },
  not_a_table: {
    zh: '“{name}”不是表格。请放 Excel（.xlsx）、CSV、TXT 或 .gz。',
    en: '“{name}” is no table. Use Excel (.xlsx), CSV, TXT or .gz.',
  },
  a_folder: {
    zh: '“{name}”是文件夹。请放里面的文件，一次一个。',
    en: '“{name}” is a folder. Drop a file from it, one at a time.',
  },
  file_changed: {
    zh: '“{name}”在上传时被改动或移走了，没有写入任何内容。等它保存好再放进来。',
    en: '“{name}” changed or went away while it was being sent; nothing was written. Drop it again once it is saved.',
  },
  one_file: { zh: '一次放一个文件', en: 'One file at a time' },
  empty_file: { zh: '“{name}”是空的', en: '“{name}” is empty' },
  sending: { zh: '正在上传 {name}', en: 'Uploading {name}' },
  sent: { zh: '{sent}，共 {total}', en: '{sent} of {total}' },
  checking: { zh: '已传完，正在识别', en: 'All sent; looking at it' },
  stop_upload: { zh: '停止上传', en: 'Stop' },
  upload_failed: { zh: '没有传成：{why}', en: 'Not uploaded: {why}' },
  offline: { zh: '连不上服务器。请稍后再试。', en: 'the server cannot be reached. Try again in a moment.' },
})
