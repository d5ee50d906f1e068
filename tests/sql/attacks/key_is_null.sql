-- An oracle over a pseudonym.
-- expect: refused SQL17-key
SELECT count(DISTINCT operator_no) FROM training WHERE operator_no IS NULL
