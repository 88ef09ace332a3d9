import { join } from 'node:path'
import { ensureCompiled } from './compiled.mjs'
import { ensureDependencies, root, runToEnd } from './lib.mjs'
import { ensureWeb } from './web.mjs'

// `npm start`: whatever is missing is made, then the server runs until it is told to stop.
const env = { ...process.env }
const args = []
for (const [at, arg] of process.argv.slice(2).entries()) {
  const previous = process.argv[at + 1]
  if (previous === '--port' && at > 0) env.PORT = arg
  else if (arg.startsWith('--port=')) env.PORT = arg.slice('--port='.length)
  else if (arg !== '--port') args.push(arg)
}
ensureDependencies()
ensureWeb()
ensureCompiled()
runToEnd(join(root, 'apps/server.ts'), args, { env, server: true })
