// Conditions that several statements share: who is asked for a second factor, and who lacks it.

/** Of a role `r`: asked of it, or of all. */
export const REQUIRED = `(r.second_factor or exists (select from setting where key = 'second_factor' and value = '"all"'))`
/** Of a user `u` with a role `r`: asked, and not there. Who lacks it may do nothing but set it up. */
export const LACKS_SECOND = `(${REQUIRED} and not exists (
    select from second_factor f where f.user_id = u.user_id and f.confirmed_at is not null))`
