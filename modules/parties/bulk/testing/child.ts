import { systemCtx } from '../../../../kernel/ctx.ts'
import { houseOver } from '../../../../kernel/testing.ts'
import { startWorker } from '../../../../kernel/worker.ts'
import { modules } from '../../../index.ts'

// A worker in a process of its own, to be killed: `node child.ts <url>`.
const house = await houseOver({ app: process.argv[2]! })
await startWorker(house, modules, () => systemCtx(house))
console.log('working')
