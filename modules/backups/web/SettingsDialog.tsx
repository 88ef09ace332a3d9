import Checkbox from 'antd/es/checkbox'
import Input from 'antd/es/input'
import Select from 'antd/es/select'
import { useState } from 'react'
import { FormDialog, KeyValues, useText } from '../../../apps/web/ui/index.ts'
import type { Settings } from '../contract.ts'
import { backupApi } from './backupApi.ts'
import { text } from './text.ts'

const hours = Array.from({ length: 24 }, (_, value) => ({
  value,
  label: `${String(value).padStart(2, '0')}:00`,
}))
const limits = { keep_daily: 366, keep_weekly: 520, keep_monthly: 240 }

export default function SettingsDialog({ now, onClose }: { now: Settings; onClose: () => void }) {
  const say = useText(text)
  const { folder, zone, key_fingerprint, free_bytes: _free, ...first } = now
  const [next, setNext] = useState(first)
  const set = (change: Partial<typeof first>) => setNext({ ...next, ...change })
  const keep = (field: keyof typeof limits, label: string) => (
    <div>
      <label htmlFor={`bk-${field}`}>{label}</label>
      <Input
        id={`bk-${field}`}
        type="number"
        min={0}
        max={limits[field]}
        value={next[field]}
        onChange={(event) =>
          set({ [field]: Math.min(limits[field], Math.max(0, Math.round(Number(event.target.value)))) })
        }
      />
    </div>
  )
  return (
    <FormDialog
      title={say('settings_title')}
      save={() => backupApi.change({ body: next })}
      under={backupApi.settings.query().queryKey}
      onClose={onClose}
    >
      <div className="bkrow">
        <Checkbox checked={next.nightly} onChange={(event) => set({ nightly: event.target.checked })}>
          {say('set_nightly')}
        </Checkbox>
        <Select
          value={next.hour}
          options={hours}
          disabled={!next.nightly}
          aria-label={say('set_hour', { zone })}
          onChange={(hour: number) => set({ hour })}
        />
        <span className="mut s12">{zone}</span>
      </div>
      <fieldset disabled={!next.nightly}>
        <legend>{say('set_keep')}</legend>
        <div className="bkkeep">
          {keep('keep_daily', say('set_daily'))}
          {keep('keep_weekly', say('set_weekly'))}
          {keep('keep_monthly', say('set_monthly'))}
        </div>
        <p className="mut s12">{say('set_keep_hint')}</p>
      </fieldset>
      <Checkbox checked={next.verify} onChange={(event) => set({ verify: event.target.checked })}>
        {say('set_verify')}
      </Checkbox>
      <KeyValues
        items={[
          [say('set_folder'), folder],
          [say('set_key'), key_fingerprint],
        ]}
      />
      <p className="mut s12">{say('set_key_hint')}</p>
    </FormDialog>
  )
}
