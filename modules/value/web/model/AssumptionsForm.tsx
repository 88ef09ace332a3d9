import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Form from 'antd/es/form'
import InputNumber from 'antd/es/input-number'
import Select from 'antd/es/select'
import { Fault, PlainTable, problemOf, useCan, useToast, When } from '../../../../apps/web/ui/index.ts'
import { exponentOf } from '../../../../kernel/text.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { Settings, SettingsPatch } from '../../contract.model.ts'
import { clocks, levels, repeatModels } from '../../contract.shapes.ts'
import { useFormats } from '../format.ts'
import { text } from '../model.text.ts'
import { modelName } from '../modelName.ts'
import { valueApi } from '../valueApi.ts'

/** Every assumption stands open, can be changed by who may, and keeps what it was. */
export function AssumptionsForm() {
  const { data, error, refetch } = useQuery(valueApi.settings.query())
  if (error && !data) return <Fault error={error} onRetry={refetch} />
  if (!data) return <div aria-busy="true" className="vgrid" />
  return (
    <div className="vgrid">
      <section className="vcard w6">
        <Fields key={data.id} settings={data} />
      </section>
      <section className="vcard w6">
        <History />
      </section>
    </div>
  )
}

const service = [...levels, 'none'] as const
type Fields = Omit<SettingsPatch, 'cost_of_service'> & Record<`service_${(typeof service)[number]}`, number>
const shares = ['discount_rate', 'margin'] as const

function Fields({ settings }: { settings: Settings }) {
  const say = useSay(text)
  const can = useCan()
  const toast = useToast()
  const queries = useQueryClient()
  const [form] = Form.useForm<Fields>()
  const scale = 10 ** exponentOf(settings.currency)
  const may = can('value:write')
  const start = {
    ...settings,
    ...Object.fromEntries(shares.map((key) => [key, Math.round(settings[key] * 1e6) / 1e4])),
    ...Object.fromEntries(
      service.map((level) => [`service_${level}`, settings.cost_of_service[level] / scale]),
    ),
  }
  const save = useMutation({
    mutationFn: (body: SettingsPatch) => valueApi.setSettings({ body }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['value'] })
      toast.ok(say('saved'))
    },
  })
  const problem = save.error && (problemOf(save.error)?.detail || save.error.message)
  const finish = (fields: Fields) => {
    const body = changedIn(fields, settings, scale)
    if (Object.keys(body).length === 0) toast.ok(say('nothing_changed'))
    else save.mutate(body)
  }
  const pick = (
    name: 'clock' | 'model' | 'returns' | 'as_of',
    label: string,
    options: [string, string][],
  ) => (
    <Form.Item name={name} label={label}>
      <Select options={options.map(([value, said]) => ({ value, label: said }))} />
    </Form.Item>
  )
  const number = (name: keyof Fields, label: string, min: number, max: number, step = 1) => (
    <Form.Item name={name} label={label} rules={[{ required: true, message: '' }]}>
      <InputNumber min={min} max={max} step={step} style={{ width: '100%' }} />
    </Form.Item>
  )
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={start}
      disabled={!may}
      onFinish={finish}
      className="vform"
    >
      {!may && <p className="mut s13">{say('read_only')}</p>}
      <div className="two-cols">
        {pick('model', say('which_model'), [
          ['auto', say('auto')],
          ...repeatModels.map((one): [string, string] => [one, modelName(one)]),
        ])}
        {pick(
          'clock',
          say('clock'),
          clocks.map((one) => [one, say(`clock.${one}`)]),
        )}
        {pick(
          'as_of',
          say('as_of'),
          (['auto', 'today'] as const).map((one) => [one, say(`as_of.${one}`)]),
        )}
        {number('discount_rate', say('discount'), 0, 100, 0.5)}
        {number('horizon_months', say('horizon'), 1, 240)}
        {number('margin', say('margin'), 0, 100, 0.5)}
        {pick(
          'returns',
          say('returns_how'),
          (['deducted', 'ignored'] as const).map((one) => [one, say(`returns.${one}`)]),
        )}
        {number('bucket_months', say('bucket'), 1, 36)}
        {number('overdue_from', say('overdue_from'), 0.5, 0.999, 0.01)}
        {number('ramp_months', say('ramp'), 0, 60)}
      </div>
      <h3 className="s12 mut vline">{say('service', { currency: settings.currency })}</h3>
      <div className="vsix">
        {service.map((level) => (
          <Form.Item key={level} name={`service_${level}`} label={say(`level.${level}`)}>
            <InputNumber min={0} max={1e12} style={{ width: '100%' }} />
          </Form.Item>
        ))}
      </div>
      {problem && (
        <p className="said" role="alert">
          {problem}
        </p>
      )}
      {may && (
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {say('save')}
        </Button>
      )}
    </Form>
  )
}

/** Only what differs is sent: the rest keeps its date. */
function changedIn(fields: Fields, settings: Settings, scale: number): SettingsPatch {
  const next: Record<string, unknown> = { ...fields }
  for (const key of shares) next[key] = Math.round((fields[key] ?? 0) * 1e4) / 1e6
  const kept = settings as unknown as Record<string, unknown>
  const body: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(next))
    if (!key.startsWith('service_') && value !== kept[key]) body[key] = value
  const costs = Object.fromEntries(
    service.map((level) => [level, Math.round(fields[`service_${level}`] * scale)]),
  )
  if (service.some((level) => costs[level] !== settings.cost_of_service[level]))
    body['cost_of_service'] = costs
  return body
}

function History() {
  const say = useSay(text)
  const changes = useChanges()
  const { data } = useQuery(valueApi.settingsHistory.query())
  if (!data) return <div aria-busy="true" />
  const rows = data.items.map((one, i) => ({ one, before: data.items[i + 1] }))
  return (
    <>
      <h2>{say('history')}</h2>
      <PlainTable
        label={say('history')}
        columns={[
          {
            key: 'from',
            title: say('from'),
            width: 128,
            cell: ({ one }) => <When at={one.valid_from} time />,
          },
          { key: 'by', title: say('by'), width: 90, cell: ({ one }) => one.changed_by ?? '—' },
          {
            key: 'what',
            title: say('what'),
            cell: ({ one, before }) => {
              const said = before ? changes(before, one) : say('start_values')
              return <span title={said}>{said}</span>
            },
          },
        ]}
        rows={rows}
        keyOf={({ one }) => one.id}
        compact
      />
    </>
  )
}

function useChanges(): (was: Settings, is: Settings) => string {
  const say = useSay(text)
  const as = useFormats()
  return (was, is) => {
    const labels: [keyof Settings, string, (one: Settings) => string][] = [
      ['clock', say('clock'), (one) => say(`clock.${one.clock}`)],
      ['model', say('which_model'), (one) => (one.model === 'auto' ? say('auto') : modelName(one.model))],
      ['discount_rate', say('discount'), (one) => as.share(one.discount_rate, 2)],
      ['horizon_months', say('horizon'), (one) => as.count(one.horizon_months)],
      ['margin', say('margin'), (one) => as.share(one.margin, 2)],
      ['returns', say('returns_how'), (one) => say(`returns.${one.returns}`)],
      ['as_of', say('as_of'), (one) => say(`as_of.${one.as_of}`)],
      ['bucket_months', say('bucket'), (one) => as.count(one.bucket_months)],
      ['overdue_from', say('overdue_from'), (one) => as.number(one.overdue_from, 3)],
      ['ramp_months', say('ramp'), (one) => as.count(one.ramp_months)],
    ]
    const told = labels.flatMap(([key, label, value]) =>
      was[key] === is[key] ? [] : [`${label} ${value(was)} → ${value(is)}`],
    )
    const costs = service.flatMap((level) => {
      const [a, b] = [was.cost_of_service[level], is.cost_of_service[level]]
      return a === b
        ? []
        : [`${say(`level.${level}`)} ${as.money(a, was.currency)} → ${as.money(b, is.currency)}`]
    })
    return [...told, ...costs].join(' · ')
  }
}
