-- A union of selections: everybody but one group, and a part of it.
-- expect: refused SQL09-set-operation
SELECT count(*) FROM person WHERE gender = 'F' UNION ALL SELECT count(*) FROM person WHERE gender = 'F' AND citizenship <> 'MAR'
