-- At how many PUA there is somebody like this.
-- expect: refused SQL15-counted
SELECT count(DISTINCT s.site_id) FROM site s JOIN person p ON p.site_id = s.site_id WHERE p.gender = 'NB'
