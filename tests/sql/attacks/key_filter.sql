-- FILTER with a pseudonym, which passes every option of the engine.
-- expect: refused SQL17-key
SELECT count(*) FILTER (WHERE person_no = 17) FROM pathway
