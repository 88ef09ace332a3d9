import { ensureDependencies, runToEnd } from './lib.mjs'

// node scripts/node24.mjs file.ts …: any of our programs on the Node they are written for.
ensureDependencies()
const [file, ...args] = process.argv.slice(2)
runToEnd(file, args)
