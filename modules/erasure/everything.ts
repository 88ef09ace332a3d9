import { PassThrough } from 'node:stream'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx } from '../../kernel/ctx.ts'
import type { FileAnswer } from '../../kernel/module.ts'
import type { Keeper, Kept } from '../../kernel/personal.ts'
import { refuse } from '../../kernel/refuse.ts'
import { formatTime, type Locale, phrase } from '../../kernel/text.ts'
import { ZipWriter } from '../../packages/zip/src/index.ts'
import { companyOf } from '../access/company.ts'
import { personOf } from '../parties/erasing/person.ts'
import { loadParty } from '../parties/party.ts'
import { copyText } from './text.ts'

/** A copy is complete or it is none: who does not see these does not take it. */
const PERSONAL = ['phone', 'email', 'address', 'wechat', 'birthday']

/** The person's own copy (PIPL article 45, GDPR article 15): JSON for machines and a page for people, from one source. */
export async function everythingOf(
  keepers: readonly Keeper[],
  ctx: Ctx,
  { params }: { params: { id: number } },
): Promise<FileAnswer> {
  const party = await loadParty(ctx, params.id)
  if (party.erased_at) refuse('parties.erased', 409)
  if (PERSONAL.some((field) => ctx.who.masks.has(field))) refuse('erasure.masked', 403)
  const person = await personOf(ctx, params.id)
  const kept: Kept[] = []
  for (const keeper of keepers) kept.push(...(await keeper.everything(ctx, person)))
  await atomically(ctx, (ctx) =>
    record(ctx, {
      action: 'parties.everything_exported',
      subject: 'party',
      subject_id: params.id,
      party_id: params.id,
      event: false,
    }),
  )
  const { company_name } = await companyOf(ctx)
  const head = { name: party.name, company: company_name, at: ctx.now.toISOString() }
  return {
    stream: zipped(ctx, head, kept),
    type: 'application/zip',
    name: `everything-${params.id}.zip`,
  }
}

type Head = { name: string; company: string; at: string }

function zipped(ctx: Ctx, head: Head, kept: readonly Kept[]): PassThrough {
  const out = new PassThrough()
  const json = { ...head, ...Object.fromEntries(kept.map(({ what, rows }) => [what, rows])) }
  const write = async () => {
    const zip = new ZipWriter(async (bytes) => {
      if (!out.write(bytes))
        await new Promise((resolve) => {
          out.once('drain', resolve)
          out.once('close', resolve)
        })
      if (out.destroyed) throw new Error('nobody takes the copy any more')
    }, ctx.now)
    await zip.add('everything.json', [Buffer.from(`${JSON.stringify(json, null, 2)}\n`)])
    await zip.add('index.html', [Buffer.from(page(ctx.locale, ctx.zone, head, kept))])
    for (const { path, sha256, read } of kept.flatMap(({ files = [] }) => files)) {
      const written = await zip.add(path, read())
      // Erased while the copy was being made, say: half a file must not pass for one.
      if (written.sha256 !== sha256) throw new Error('a file did not come whole')
    }
    await zip.add('README.txt', [Buffer.from(`${copyText.readme.zh}\n\n${copyText.readme.en}\n`)])
    await zip.end()
    out.end()
  }
  write().catch((error: Error) => out.destroy(error))
  return out
}

const safe = (value: unknown): string =>
  (value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)
  )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

function page(locale: Locale, zone: string, head: Head, kept: readonly Kept[]): string {
  const title = phrase(copyText.title, locale, { name: head.name })
  const at = formatTime(head.at, locale, zone, { dateStyle: 'long', timeStyle: 'short' })
  const made = phrase(copyText.made, locale, { company: head.company, at })
  const sections = kept.map(
    ({ says, rows }) => `<h2>${safe(phrase(says, locale))}</h2>${table(locale, rows)}`,
  )
  return `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${safe(title)}</title><style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } th, td { border-bottom: 1px solid #ddd; padding: 4px 10px 4px 0; text-align: left; vertical-align: top; overflow-wrap: anywhere }
th { font-weight: 600; color: #555 }</style></head><body><h1>${safe(title)}</h1><p>${safe(made)}</p>${sections.join('')}</body></html>\n`
}

/** A file stands beside the page, in the same archive. */
const cell = (column: string, value: unknown): string =>
  column === 'file' && typeof value === 'string'
    ? `<a href="${safe(value.split('/').map(encodeURIComponent).join('/'))}">${safe(value)}</a>`
    : safe(value)

function table(locale: Locale, rows: Kept['rows']): string {
  if (rows.length === 0) return `<p>${phrase(copyText.none, locale)}</p>`
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const heads = columns.map((column) => `<th>${safe(column)}</th>`).join('')
  const lines = rows.map(
    (row) => `<tr>${columns.map((column) => `<td>${cell(column, row[column])}</td>`).join('')}</tr>`,
  )
  return `<table><thead><tr>${heads}</tr></thead><tbody>${lines.join('')}</tbody></table>`
}
