import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { staticAntd } from './vite.antd.ts'
import { firstScreen } from './vite.size.ts'
import { spelled } from './vite.spelled.ts'

export default defineConfig({
  root: 'apps/web',
  plugins: [staticAntd(), spelled(), react(), firstScreen()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // An inlined asset would be a data: address, which the content policy does not allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
})
