import Select from 'antd/es/select'
import { useText } from '../../../apps/web/ui/index.ts'
import type { MarketRole } from '../../parties/contract.ts'
import { useMarketRoleOptions } from '../../parties/web/labels/OwnWords.tsx'
import { text } from './text.ts'

type RolesProps = {
  label: string
  value: readonly MarketRole[]
  may: boolean
  onChange: (roles: MarketRole[]) => void
}
/** Market roles, or everybody. */
export function RolesChoice({ label, value, may, onChange }: RolesProps) {
  const say = useText(text)
  const options = useMarketRoleOptions()
  return (
    <Select
      mode="multiple"
      size="small"
      style={{ minWidth: 180 }}
      aria-label={label}
      disabled={!may}
      value={[...value]}
      placeholder={say('everybody')}
      options={options.filter((one) => !one.hidden || value.some((role) => role === one.value))}
      onChange={(roles: MarketRole[]) => onChange(roles)}
    />
  )
}
