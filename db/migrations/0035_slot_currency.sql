-- The currency of an amount that stands in a slot, so that a filter on amounts is a range of an index like one on numbers
-- (docs/custom-fields.md). Forward only. needs: program 0.1.0

-- Only of fields of amounts; null: no value, or another kind of field.
alter table party_slot add column c text;
update party_slot s set c = l.fields -> f.key ->> 'currency'
from custom_field f, party_list l
where f.kind = 'money' and f.slot <> 'off' and s.custom_field_id = f.custom_field_id and l.party_id = s.party_id;
create index party_slot_c on party_slot (custom_field_id, c, n, party_id) where c is not null;
create index party_slot_c_unit on party_slot (custom_field_id, unit_id, c, n, party_id) where c is not null;
