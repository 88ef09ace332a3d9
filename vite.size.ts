import { gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'

const LIMIT_KB = 350
/** What a signed-in person waits for before the first list stands: the entry, that page, all they import. */
const FIRST_PAGE = 'modules/parties/web/CustomersPage.tsx'

/** Prints the first screen's JavaScript after each build; growth past the limit stops the build. */
export function firstScreen(): Plugin {
  return {
    name: 'first-screen',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter(
        (file): file is Rolldown.OutputChunk => file.type === 'chunk',
      )
      const roots = chunks.filter((chunk) => chunk.isEntry || chunk.facadeModuleId?.endsWith(FIRST_PAGE))
      const needed = new Set<string>()
      const take = (name: string) => {
        if (needed.has(name)) return
        needed.add(name)
        for (const next of chunks.find((chunk) => chunk.fileName === name)?.imports ?? []) take(next)
      }
      for (const { fileName } of roots) take(fileName)
      const kb = (text: string | Uint8Array) => gzipSync(text).length / 1024
      const scripts = chunks
        .filter((chunk) => needed.has(chunk.fileName))
        .reduce((sum, chunk) => sum + kb(chunk.code), 0)
      const styles = Object.values(bundle)
        .filter((file) => file.type === 'asset' && file.fileName.endsWith('.css'))
        .reduce((sum, file) => sum + (file.type === 'asset' ? kb(file.source) : 0), 0)
      this.info(`first screen: ${scripts.toFixed(1)} KB of script, ${styles.toFixed(1)} KB of styles (gzip)`)
      if (scripts > LIMIT_KB)
        this.error(`the first screen's script is ${scripts.toFixed(1)} KB, over ${LIMIT_KB} KB`)
    },
  }
}
