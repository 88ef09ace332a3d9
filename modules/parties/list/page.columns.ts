// unscoped: rows that a page found within the caller's reach
/** What a page shows of the rows that were found, read after the page is cut. */
export const shown = `l.party_id, l.kind, l.name, l.name_romanised, l.roles, l.tags, l.country, l.order_count, l.revenue_minor, l.unrated_count,
  l.first_order_at, l.last_order_at, l.created_at, l.owner_id, l.unit_id, l.fields`
export const dressed = 'join party_listed l on l.party_id = k.party_id'
