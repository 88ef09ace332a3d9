-- A company may have market roles of its own beside the ten of the house: which there are, label_setting says.
-- Forward only. needs: program 0.1.0

alter table party_role drop constraint party_role_role_check;
