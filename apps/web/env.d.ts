declare module 'virtual:antd.css'
declare module 'virtual:spelled' {
  /** Chinese labels of pages and actions: pinyin and initials */
  export const spelled: Readonly<Record<string, readonly [spelled: string, initials: string]>>
}
