import Select from 'antd/es/select'
import { useText } from '../../../apps/web/ui/index.ts'
import { type MarketRole, marketRoles } from '../../parties/contract.ts'
import { text as partyText } from '../../parties/web/text.ts'
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
  const word = useText(partyText)
  return (
    <Select
      mode="multiple"
      size="small"
      style={{ minWidth: 180 }}
      aria-label={label}
      disabled={!may}
      value={[...value]}
      placeholder={say('everybody')}
      options={marketRoles.map((role) => ({ value: role, label: word(role) }))}
      onChange={(roles: MarketRole[]) => onChange(roles)}
    />
  )
}
