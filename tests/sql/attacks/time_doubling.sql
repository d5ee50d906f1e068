-- Names that double at every step.
-- expect: refused SQL01-too-complex
WITH a AS (SELECT 1 AS x FROM site), b AS (SELECT l.x FROM a l, a r), c AS (SELECT l.x FROM b l, b r), d AS (SELECT l.x FROM c l, c r), e AS (SELECT l.x FROM d l, d r), f AS (SELECT l.x FROM e l, e r), g AS (SELECT l.x FROM f l, f r), h AS (SELECT l.x FROM g l, g r) SELECT count(*) FROM h
