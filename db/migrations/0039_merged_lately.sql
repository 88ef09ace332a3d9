-- Merged lately finds its page along an index of its own, not among every merge there ever was. Forward only.
-- needs: program 0.1.0

-- By time and not by id alone: each process draws its ids ahead.
create index identity_merge_lately on identity_merge (at, merge_id) where unmerged_at is null;
