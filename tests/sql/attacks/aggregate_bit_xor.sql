-- A checksum of numbers.
-- expect: refused SQL14-aggregate
SELECT bit_xor(person_no) FROM pathway
