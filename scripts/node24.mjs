import { ensureDependencies, node24, runToEnd } from './lib.mjs'

// node scripts/node24.mjs file.ts …: any of our programs on the Node they are written for.
ensureDependencies()
runToEnd(node24(), process.argv.slice(2))
