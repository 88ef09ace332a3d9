#!/usr/bin/env node
import { join } from 'node:path'
import { ensureDependencies, root, runToEnd } from './lib.mjs'

// The command line. Nothing of ours goes to stdout: `guanxi key create` prints a key there and that alone.
ensureDependencies()
const args = process.argv.slice(2)
runToEnd(join(root, 'apps/cli.ts'), args, { server: args.includes('serve') })
