-- A pseudonym known from an extract.
-- expect: refused SQL17-key
SELECT count(*) FROM person WHERE site_person_id = X'00112233445566778899aabbccddeeff'
