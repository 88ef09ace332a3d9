import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pinyin } from 'pinyin-pro'
import type { Plugin } from 'vite'

// The palette finds pages and actions by pinyin; a browser need not load a dictionary for two dozen labels.
const NAME = 'virtual:spelled'
const labelled = ['apps/web/pages.ts', 'apps/web/text.ts', 'modules/search/web/text.ts']

/** Chinese labels of these files, each with its pinyin and its initials: `{ 客户: ['kehu', 'kh'] }`. */
export function spelledOf(sources: readonly string[]): Record<string, [spelled: string, initials: string]> {
  const labels = sources.flatMap((text) => [...text.matchAll(/\bzh: '([^']*)'/g)].map((match) => match[1]!))
  const read = (label: string) =>
    pinyin(label, { type: 'array', toneType: 'none', nonZh: 'removed', v: true }).filter((one) =>
      /^[a-z]+$/.test(one),
    )
  return Object.fromEntries(
    labels.map((label) => {
      const syllables = read(label)
      return [label, [syllables.join(''), syllables.map((one) => one.charAt(0)).join('')]]
    }),
  )
}

export function spelled(): Plugin {
  return {
    name: 'guanxi-spelled',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) return null
      const files = labelled.map((file) => join(import.meta.dirname, file))
      for (const file of files) this.addWatchFile(file)
      return `export const spelled = ${JSON.stringify(spelledOf(files.map((file) => readFileSync(file, 'utf8'))))}`
    },
  }
}
