import { startEmbedded } from './index.ts'

// A Guanxi process of its own for the tests: says what it found, leaves when told, or is killed.
const [home = '', hold = 'hold'] = process.argv.slice(2)
const quiet = { debug() {}, info() {}, warn() {} }
const server = await startEmbedded({ home, log: quiet, fsync: false })
console.log(JSON.stringify({ pid: server.pid, reattached: server.reattached, urls: server.urls }))
if (hold === 'hold') for await (const _ of process.stdin);
await server.stop()
