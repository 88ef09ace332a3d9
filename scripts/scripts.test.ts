import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { projectRoot } from '../kernel/config.ts'

// The scripts in a small checkout of their own: a path with a space, a tiny web app, a server that says what
// reaches it. The packages are this checkout's.
const checkout = join(mkdtempSync(join(tmpdir(), 'guanxi-scripts-')), 'check out')
const file = (path: string, content: string) => {
  mkdirSync(dirname(join(checkout, path)), { recursive: true })
  writeFileSync(join(checkout, path), content)
}
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_TEST)/.test(name)),
)

before(() => {
  for (const part of ['scripts', 'package.json', 'package-lock.json'])
    cpSync(join(projectRoot, part), join(checkout, part), { recursive: true })
  symlinkSync(join(projectRoot, 'node_modules'), join(checkout, 'node_modules'))
  file('vite.config.ts', "export default { root: 'apps/web' }")
  file('apps/web/index.html', '<!doctype html><script type="module" src="./main.ts"></script>')
  file('apps/web/main.ts', "import { one } from '../../modules/x/rules.ts'; document.title = one")
  file('modules/x/rules.ts', "import { two } from './more.ts'; export const one = 'first' + two")
  file('modules/x/more.ts', "export const two = 'second'")
  file(
    'apps/server.ts',
    `const told = (why: string) => { console.log('told ' + why); setTimeout(() => process.exit(7), 300) }
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => told(signal))
    process.on('disconnect', () => told('disconnect'))
    setTimeout(() => {}, 60_000)
    console.log(JSON.stringify({ args: process.argv.slice(2), port: process.env['PORT'], node: process.version }))`,
  )
  file(
    'apps/cli.ts',
    `import { appendFileSync } from 'node:fs'
    if (process.argv[2] === '--version') appendFileSync(${JSON.stringify(join(checkout, 'compiled'))}, process.execArgv.join(' ') + '\\n')
    console.log(JSON.stringify(process.argv.slice(2)))
    process.exit(3)`,
  )
})
after(() => rmSync(dirname(checkout), { recursive: true, force: true }))

type Served = {
  process: ChildProcess
  output: () => string
  ended: Promise<unknown[]>
  says: (part: string) => Promise<void>
}
async function start(...args: string[]): Promise<Served> {
  const child = spawn('node', [join(checkout, 'scripts/start.mjs'), ...args], {
    cwd: tmpdir(),
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (data) => (output += data))
  const ended = once(child, 'exit')
  const says = async (part: string) => {
    while (!output.includes(part)) await once(child.stdout, 'data')
  }
  await says('"args"')
  return { process: child, output: () => output, ended, says }
}

const page = () => join(checkout, 'dist/web/index.html')
const built = () => statSync(page()).ino

test('a start builds the web app once, runs on Node 24 and hands its arguments on', async () => {
  const server = await start('--port', '4010', '--sample')
  assert.deepEqual(JSON.parse(server.output()), { args: ['--sample'], port: '4010', node: process.version })
  assert.ok(existsSync(page()))
  server.process.kill('SIGTERM')
  assert.deepEqual(await server.ended, [7, null], 'its exit code is ours, after it had its time')
  assert.match(server.output(), /told SIGTERM/)
})

test('a second start builds nothing; a file deep below the pages that changes is built in', async () => {
  const first = built()
  const touched = new Date(Date.now() + 5000)
  utimesSync(join(checkout, 'modules/x/more.ts'), touched, touched)
  file('modules/x/service.ts', 'export const server_only = 1')
  let server = await start()
  assert.equal(built(), first, 'the same content under another time')
  server.process.kill('SIGTERM')
  await server.ended
  file('modules/x/more.ts', "export const two = 'third'")
  server = await start('--port=4011')
  assert.notEqual(built(), first)
  assert.match(server.output(), /"port":"4011"/)
  server.process.kill('SIGINT')
  await server.ended
  assert.match(server.output(), /told SIGINT/)
})

test('sources are compiled before the server starts, with its flags, and again only when one changed', async () => {
  const compiled = () => readFileSync(join(checkout, 'compiled'), 'utf8').split('\n').filter(Boolean)
  const startAndStop = async () => {
    const server = await start()
    server.process.kill('SIGTERM')
    await server.ended
  }
  await startAndStop()
  const before = compiled()
  assert.match(before[0]!, /--max-semi-space-size/)
  await startAndStop()
  assert.equal(compiled().length, before.length)
  file('modules/x/service.ts', 'export const server_only = 2 // changed')
  await startAndStop()
  assert.equal(compiled().length, before.length + 1)
})

test('a server does not outlive its starter', async () => {
  const server = await start()
  server.process.kill('SIGKILL')
  await server.says('told disconnect')
})

test('the command line keeps stdout to itself and passes its exit code on', () => {
  const ran = spawnSync('node', [join(checkout, 'scripts/guanxi.mjs'), 'key create', '--json'], {
    env,
    encoding: 'utf8',
  })
  assert.equal(ran.stdout, '["key create","--json"]\n')
  assert.equal(ran.status, 3)
})

test('an install that was cut off, or of another lockfile, is seen', async () => {
  const installed = () => {
    const probe = `import(${JSON.stringify(join(checkout, 'scripts/lib.mjs'))}).then((lib) => console.log(lib.installed()))`
    return spawnSync('node', ['-e', probe], { env, encoding: 'utf8' }).stdout.trim()
  }
  assert.equal(installed(), 'true')
  const lock = join(checkout, 'package-lock.json')
  const text = readFileSync(lock, 'utf8')
  writeFileSync(lock, text.replace(/("node_modules\/pg": \{\s+"version": ")[^"]+/, '$18.0.0'))
  assert.equal(installed(), 'false')
  writeFileSync(lock, text)
  rmSync(join(checkout, 'node_modules'))
  mkdirSync(join(checkout, 'node_modules'))
  assert.equal(installed(), 'false')
})
