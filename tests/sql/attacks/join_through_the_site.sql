-- Persons who answer for others at the same PUA: whether anybody there has such a case.
-- expect: refused SQL27-join-key
SELECT count(DISTINCT p.person_no) FROM person p JOIN site s ON s.site_id = p.site_id JOIN "case" c ON c.site_id = s.site_id WHERE c.identification_status = 'FORM_POS'
