import type { Ctx } from '../../kernel/ctx.ts'
import { figure, id, label, text, time, under } from '../../kernel/export/column.ts'
import { exportList } from '../../kernel/export/list.ts'
import type { FileAnswer } from '../../kernel/module.ts'
import type { Input } from '../../kernel/route.ts'
import { companyOf } from '../access/company.ts'
import type { jobs } from './contract.ts'
import { inReach, reachValues, STARTER, STARTER_NAME } from './jobs.ts'
import { jobHeadings, jobTitle } from './text.export.ts'
import { text as words } from './text.ts'

type Query = Input<typeof jobs.exportList>['query']

export async function exportJobs(ctx: Ctx, { query }: { query: Query }): Promise<FileAnswer> {
  const { time_zone } = await companyOf(ctx)
  const said = (query.lang ?? ctx.locale) === 'en' ? 'en' : 'zh'
  const list = {
    name: 'jobs',
    title: jobTitle,
    headings: jobHeadings,
    columns: {
      id: id('r.run_id'),
      job: text('r.job', { width: 24 }),
      subject: text(`(select string_agg(value, '; ' order by key) from jsonb_each_text(r.subject))`, {
        width: 36,
      }),
      state: label('r.state', under(words, 'job_state.'), { width: 10 }),
      done: figure('r.done'),
      total: figure('r.total'),
      who: text(STARTER_NAME, { needs: ['who'] }),
      created: time('r.created_at'),
      started: time('r.started_at'),
      finished: time('r.finished_at'),
      error: text(`r.error ->> '${said}'`, { width: 48 }),
    },
    from: 'job_run r',
    joins: { who: STARTER },
  }
  return exportList(ctx, list, {
    query,
    where: `${inReach} and ($3::text is null or r.state = $3::text) and ($4::text is null or r.job = $4::text)`,
    order: 'r.created_at desc, r.run_id desc',
    values: [...reachValues(ctx), query.state ?? null, query.job ?? null],
    zone: time_zone,
  })
}
