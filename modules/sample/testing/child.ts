import { systemCtx } from '../../../kernel/ctx.ts'
import { houseOver } from '../../../kernel/testing.ts'
import { cliActor } from '../../access/cli.ts'
import { modules } from '../../index.ts'
import { begin } from '../begin.ts'
import { finish } from '../load.ts'
import { remove } from '../remove.ts'

// A load or a removal in a process of its own, to be killed: `node child.ts load|remove <url>`.
const [what, app] = process.argv.slice(2)
const house = await houseOver({ app: app! })
const ctx = systemCtx(house, { who: await cliActor(house, modules) })
console.log('here')
if (what === 'remove') await remove(ctx)
else {
  await begin(ctx, { background: false })
  await finish(ctx, ({ phase }) => console.log(phase))
}
console.log('done')
await house.end()
