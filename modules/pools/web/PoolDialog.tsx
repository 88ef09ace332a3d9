import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Checkbox from 'antd/es/checkbox'
import Input from 'antd/es/input'
import InputNumber from 'antd/es/input-number'
import Select from 'antd/es/select'
import { useState } from 'react'
import { useText } from '../../../apps/web/ui/index.ts'
import { Ask, useRoleOptions, useUnitOptions } from '../../access/web/admin/parts.tsx'
import { isRoleCode } from '../../parties/rules.labels.ts'
import { useMarketRoleOptions } from '../../parties/web/labels/OwnWords.tsx'
import type { Pool, PoolWrite } from '../contract.ts'
import { poolApi } from './poolApi.ts'
import { text } from './text.ts'
import './pools.css'

type Values = Omit<PoolWrite, 'unit_id'> & { unit_id: number | undefined }
const fresh: Values = {
  name: '',
  unit_id: undefined,
  role: null,
  active: true,
  claimers: [],
  claim_cap: 20,
  claim_days: 7,
  holding_cap: null,
  cooldown_days: 30,
  no_order_days: null,
  no_change_days: null,
  warn_days: 7,
}
const numbers = [
  ['claim_cap', 'no_limit'],
  ['claim_days', null],
  ['holding_cap', 'no_limit'],
  ['cooldown_days', null],
  ['no_order_days', 'never'],
  ['no_change_days', 'never'],
  ['warn_days', null],
] as const

const valuesOf = ({ name, unit, role, active, claimers, ...rest }: Pool): Values => ({
  name,
  unit_id: unit.id,
  role,
  active,
  claimers,
  ...Object.fromEntries(numbers.map(([key]) => [key, rest[key]])),
})

/** Whose customers, who may claim how many, and when an owner loses them. */
export function PoolDialog({ pool, onClose }: { pool?: Pool; onClose: () => void }) {
  const say = useText(text)
  const marketRoleOptions = useMarketRoleOptions()
  const units = useUnitOptions()
  const roles = useRoleOptions()
  const queries = useQueryClient()
  const [values, setValues] = useState<Values>(() => (pool ? valuesOf(pool) : fresh))
  const put = (patch: Partial<Values>) => setValues({ ...values, ...patch })
  const done = () => {
    for (const key of [poolApi.list.key, poolApi.parties.key])
      void queries.invalidateQueries({ queryKey: key })
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const body = { ...values, name: values.name.trim(), unit_id: values.unit_id ?? 0 }
      return pool
        ? poolApi.update({ params: { id: pool.id }, body, if_match: `"${pool.version}"` })
        : poolApi.create({ body })
    },
    onSuccess: done,
  })
  const remove = useMutation({
    mutationFn: () => poolApi.remove({ params: { id: pool!.id } }),
    onSuccess: done,
  })
  return (
    <Ask
      title={pool ? pool.name : say('new')}
      ok={say('save')}
      busy={save.isPending}
      waits={!values.name.trim() || !values.unit_id}
      error={save.error ?? remove.error}
      onOk={() => save.mutate()}
      onClose={onClose}
    >
      <div className="plform">
        <label htmlFor="pool-name">{say('name')}</label>
        <Input
          id="pool-name"
          value={values.name}
          maxLength={100}
          onChange={({ target }) => put({ name: target.value })}
        />
        <label htmlFor="pool-unit">{say('unit')}</label>
        <Select
          id="pool-unit"
          value={values.unit_id ?? null}
          options={units}
          onChange={(unit_id: number) => put({ unit_id })}
        />
        <label htmlFor="pool-role">{say('role')}</label>
        <Select
          id="pool-role"
          value={values.role ?? ''}
          options={[
            { value: '', label: say('any') },
            ...marketRoleOptions.filter(({ hidden, value }) => !hidden || value === values.role),
          ]}
          onChange={(role: string) => put({ role: isRoleCode(role) ? role : null })}
        />
        <label htmlFor="pool-claimers">{say('claimers')}</label>
        <Select
          id="pool-claimers"
          mode="multiple"
          value={values.claimers ?? []}
          placeholder={say('claimers_all')}
          options={roles}
          onChange={(claimers: string[]) => put({ claimers })}
        />
        {numbers.map(([key, none]) => (
          <NumberLine
            key={key}
            name={key}
            none={none && say(none)}
            value={values[key] ?? null}
            onChange={(value) => put({ [key]: value ?? (none ? null : fresh[key]) })}
          />
        ))}
        <span />
        <Checkbox checked={values.active ?? true} onChange={({ target }) => put({ active: target.checked })}>
          {say('active')}
        </Checkbox>
      </div>
      {pool && <Preview pool={pool} />}
      {pool && (
        <p className="lbpolicy">
          <Button danger size="small" loading={remove.isPending} onClick={() => remove.mutate()}>
            {say('remove')}
          </Button>
          <span className="mut s12">{say('remove_sure')}</span>
        </p>
      )}
    </Ask>
  )
}

type LineProps = {
  name: (typeof numbers)[number][0]
  none: string | null
  value: number | null
  onChange: (value: number | null) => void
}
function NumberLine({ name, none, value, onChange }: LineProps) {
  const say = useText(text)
  return (
    <>
      <label htmlFor={`pool-${name}`}>{say(name)}</label>
      <InputNumber
        id={`pool-${name}`}
        min={name === 'cooldown_days' ? 0 : 1}
        max={3650}
        precision={0}
        value={value}
        {...(none ? { placeholder: none } : {})}
        onChange={onChange}
      />
    </>
  )
}

/** What the rules as they are kept would do: nobody is surprised in the morning. */
function Preview({ pool }: { pool: Pool }) {
  const say = useText(text)
  const { data } = useQuery(poolApi.preview.query({ params: { id: pool.id } }))
  return data ? <p className="mut s12">{say('preview', data)}</p> : null
}
