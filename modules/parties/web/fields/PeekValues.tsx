import { KeyValues, Section } from '../../../../apps/web/ui/index.ts'
import { useFieldName, useSections } from './sections.ts'
import { Value } from './Value.tsx'

/** What there is of the company's own fields, section by section; what is empty takes no room. */
export function PeekValues({ fields }: { fields: Readonly<Record<string, unknown>> | undefined }) {
  const name = useFieldName()
  const sections = useSections()
  if (!fields) return null
  return sections.map((section) => {
    const filled = section.fields.filter(({ key }) => fields[key] !== undefined)
    if (filled.length === 0) return null
    return (
      <Section key={section.name} title={section.name}>
        <KeyValues
          items={filled.map((field) => [
            name(field),
            <Value key={field.key} field={field} value={fields[field.key]} />,
          ])}
        />
      </Section>
    )
  })
}
