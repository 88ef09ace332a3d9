import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { backingUp } from './backup.ts'
import { bulking } from './bulk.ts'
import { exporting } from './export.ts'
import { filtering } from './fields.ts'
import { http } from './http.ts'
import { identifying } from './identity.ts'
import { importing } from './import.ts'
import { machine } from './machine.ts'
import { type Figure, table } from './report.ts'
import { searching } from './search.ts'
import { undoing } from './undo.ts'
import { web } from './web.ts'

// `npm run bench -- [import] [undo] [bulk] [identity] [backup] [http] [search] [fields] [export] [web] [value] [models] [--parties N] [--quick] [--json]`. Never fails on time.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    parties: { type: 'string', default: '1000000' },
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
  },
})
const say = (line: string) => console.error(line)
const wants = (suite: string) => positionals.length === 0 || positionals.includes(suite)
const parties = values.quick ? 20_000 : Number(values.parties)
const work = await mkdtemp(join(tmpdir(), 'guanxi bench '))
const facts = machine(work)
const figures: Figure[] = []
let postgres: Record<string, string> = {}
try {
  if (wants('import')) figures.push(...(await importing(say, !values.quick)))
  if (wants('undo')) figures.push(...(await undoing(say)))
  if (wants('bulk')) figures.push(...(await bulking(parties, say)))
  if (wants('identity')) figures.push(...(await identifying(parties, say)))
  if (wants('backup')) figures.push(...(await backingUp(parties, say)))
  if (wants('http') || wants('search') || wants('fields') || wants('export') || wants('web')) {
    const home = join(work, 'home')
    const measured = await http(home, parties, say, { measure: wants('http'), custom: wants('fields') })
    postgres = measured.postgres
    figures.push(...measured.figures)
    if (wants('search')) figures.push(...(await searching(home, measured.seeded, say)))
    if (wants('fields')) figures.push(...(await filtering(home, measured.seeded, say)))
    if (wants('export')) figures.push(...(await exporting(home, measured.seeded, say)))
    if (wants('web')) figures.push(...(await web(home, measured.seeded, say)))
  }
  if (wants('value'))
    figures.push(...(await (await import('./value.ts')).valueFigures(say, values.quick ? 20_000 : 1_000_000)))
  if (wants('models')) figures.push(...(await import('./models.ts')).modelFigures)
} finally {
  await rm(work, { recursive: true, force: true })
}
if (values.json) console.log(JSON.stringify({ machine: facts, postgres, parties, figures }))
else {
  console.log(
    `\n${facts.date}  ${facts.cpu}, ${facts.cores} cores, ${facts.memory_gb} GB  Node ${facts.node}  ${facts.fsync_per_s} fsyncs/s  load ${facts.load_1m}`,
  )
  console.log(
    `PostgreSQL ${Object.entries(postgres)
      .map(([k, v]) => `${k}=${v}`)
      .join(' ')}\n${parties} parties, warm, client on the same machine\n`,
  )
  console.log(table(figures))
}
