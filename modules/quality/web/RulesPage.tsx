import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Checkbox from 'antd/es/checkbox'
import InputNumber from 'antd/es/input-number'
import { useState } from 'react'
import { Go, Page, PlainTable, useCan, useText, useToast, When } from '../../../apps/web/ui/index.ts'
import { useWhy } from '../../parties/web/usePartyWrite.ts'
import { Scroll } from '../../value/web/Scroll.tsx'
import type { Rules, RulesWrite } from '../contract.ts'
import { dimensions, OWN_MAX, startingRules } from '../rules.ts'
import { text as served } from '../text.ts'
import { OwnRule } from './OwnRule.tsx'
import { qualityApi } from './qualityApi.ts'
import { RolesChoice } from './RolesChoice.tsx'
import { text } from './text.ts'
import './quality.css'

export type RuleEdit = Rules['rules'][number]

/** What counts as bad data, how much, and for whom: data of the company, in versions. */
export function RulesPage() {
  const say = useText(text)
  const can = useCan()
  const { data, error, refetch } = useQuery({ ...qualityApi.rules.query(), enabled: can('quality:read') })
  return (
    <Page
      title={say('rules_title')}
      may="quality:read"
      note={say('rules_lead')}
      trail={
        <Go to="/quality" className="lnk">
          {say('title')}
        </Go>
      }
      error={data ? undefined : error}
      onRetry={refetch}
    >
      {data && <Editor key={data.version} rules={data} />}
    </Page>
  )
}

function Editor({ rules }: { rules: Rules }) {
  const say = useText(text)
  const can = useCan()
  const toast = useToast()
  const why = useWhy()
  const queries = useQueryClient()
  const [now, setNow] = useState<readonly RuleEdit[]>(rules.rules)
  const may = can('quality:write')
  const set = (code: string, patch: Partial<RuleEdit>) =>
    setNow(now.map((rule) => (rule.code === code ? { ...rule, ...patch } : rule)))
  const saving = useMutation({
    mutationFn: () =>
      qualityApi.writeRules({ body: { rules: now.map(plain) }, if_match: `"${rules.version}"` }),
    onSuccess: (saved) => {
      queries.setQueryData(qualityApi.rules.query().queryKey, saved)
      for (const key of [qualityApi.overview.key, qualityApi.rulesHistory.key])
        void queries.invalidateQueries({ queryKey: key })
      toast.ok(say('saved_rules'))
    },
    onError: (error) => toast.error(say('not_saved', { why: why(error) })),
  })
  const changed = JSON.stringify(now) !== JSON.stringify(rules.rules)
  const own = now.filter(({ code }) => code.startsWith('own_'))
  return (
    <Scroll className="qrules" label={say('rules_title')}>
      {dimensions.map((dimension) => (
        <BuiltIn
          key={dimension}
          {...{ dimension, may, set }}
          rules={now.filter((one) => !one.code.startsWith('own_') && one.dimension === dimension)}
        />
      ))}
      <h2>{say('own')}</h2>
      {own.map((rule) => (
        <OwnRule
          key={rule.code}
          rule={rule}
          may={may}
          set={(patch) => set(rule.code, patch)}
          remove={() => setNow(now.filter(({ code }) => code !== rule.code))}
        />
      ))}
      {may && (
        <div className="row">
          <Button size="small" disabled={own.length >= OWN_MAX} onClick={() => setNow([...now, fresh(now)])}>
            {say('add_rule')}
          </Button>
          <Button
            type="primary"
            disabled={!changed}
            loading={saving.isPending}
            onClick={() => saving.mutate()}
          >
            {say('save_rules')}
          </Button>
        </div>
      )}
      <History />
    </Scroll>
  )
}

/** The first number that is free: its bit is nobody’s. */
function fresh(rules: readonly RuleEdit[]): RuleEdit {
  const taken = new Set(rules.map(({ code }) => code))
  const n =
    Array.from({ length: OWN_MAX }, (_, i) => i + 1).find((one) => !taken.has(`own_${one}`)) ?? OWN_MAX
  return { ...startingRules[0]!, code: `own_${n}`, weight: 10, dimension: 'completeness' }
}

const plain = ({ name_zh, name_en, ...rule }: RuleEdit): RulesWrite['rules'][number] =>
  rule.code.startsWith('own_') ? { ...rule, name_zh, name_en } : rule

type BuiltInProps = {
  dimension: (typeof dimensions)[number]
  rules: readonly RuleEdit[]
  may: boolean
  set: (code: string, patch: Partial<RuleEdit>) => void
}
function BuiltIn({ dimension, rules, may, set }: BuiltInProps) {
  const say = useText(text)
  const word = useText(served)
  const name = ({ code }: RuleEdit) => word(`rule.${code}` as 'rule.no_owner')
  return (
    <>
      <h2>{word(`dimension.${dimension}`)}</h2>
      <PlainTable
        label={word(`dimension.${dimension}`)}
        rows={rules}
        keyOf={({ code }) => code}
        columns={[
          {
            key: 'on',
            title: say('rule'),
            width: 300,
            cell: (rule) => (
              <Checkbox
                checked={rule.on}
                disabled={!may}
                onChange={({ target }) => set(rule.code, { on: target.checked })}
              >
                {name(rule)}
              </Checkbox>
            ),
          },
          {
            key: 'weight',
            title: say('weight'),
            width: 110,
            cell: (rule) => (
              <InputNumber
                size="small"
                min={1}
                max={100}
                precision={0}
                value={rule.weight}
                disabled={!may}
                aria-label={`${say('weight')}: ${name(rule)}`}
                onChange={(weight) => set(rule.code, { weight: weight ?? 1 })}
              />
            ),
          },
          {
            key: 'days',
            title: say('days'),
            width: 110,
            cell: (rule) =>
              rule.days === null ? (
                <span className="mut">—</span>
              ) : (
                <InputNumber
                  size="small"
                  min={1}
                  max={36_500}
                  precision={0}
                  value={rule.days}
                  disabled={!may}
                  aria-label={`${say('days')}: ${name(rule)}`}
                  onChange={(days) => set(rule.code, { days: days ?? 1 })}
                />
              ),
          },
          {
            key: 'roles',
            title: say('applies'),
            width: 240,
            cell: (rule) => (
              <RolesChoice
                label={`${say('applies')}: ${name(rule)}`}
                value={rule.roles}
                may={may}
                onChange={(roles) => set(rule.code, { roles })}
              />
            ),
          },
        ]}
      />
    </>
  )
}

function History() {
  const say = useText(text)
  const { data } = useQuery(qualityApi.rulesHistory.query())
  if (!data || data.items.length < 2) return null
  return (
    <>
      <h2>{say('history')}</h2>
      <ul className="qreasons">
        {data.items.map(({ id, version, valid_from, changed_by }) => (
          <li key={id}>
            <span className="grow">{say('version', { n: version })}</span>
            <span className="mut s12">
              {changed_by ?? say('first')} · <When at={valid_from} time />
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
