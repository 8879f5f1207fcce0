-- Made-up people with nobody's identity codes (individual numbers 900–999), their cases, and the workers named for them.
CREATE TEMPORARY TABLE made AS
SELECT n,
       md5('person' || n)::uuid AS person_id,
       md5('case' || n)::uuid AS case_id,
       md5('worker' || n / :of_a_worker)::uuid AS worker_id,
       to_char(date '2004-01-01' + n / 100, 'DDMMYY') AS born,
       900 + n % 100 AS individual,
       -- Each worker's cases lie all over the years in which the area's were opened.
       now() - interval '1 day' - (n::bigint * 7919 % 1500) * interval '1 day' - n * interval '1 second' AS opened_at
FROM generate_series(0, :cases - 1) AS n;

INSERT INTO workers (worker_id, name, title, qualification, languages, language, email, caseload_aim, lead, active, version)
SELECT DISTINCT worker_id, 'Made Up', 'social_counsellor', 'social_counsellor', ARRAY['fi'], 'fi', 'made@up.invalid', 40,
       false, true, 1
FROM made;

INSERT INTO people (person_id, hetu, given_name, family_name, language, address_protected, version)
SELECT person_id,
       born || 'A' || individual
           || substr('0123456789ABCDEFHJKLMNPRSTUVWXY', ((born || individual)::bigint % 31)::int + 1, 1),
       'Made', 'Up', 'fi', false, 1
FROM made;

INSERT INTO cases (case_id, person_id, role, placing_area, placing_case_id, ground, placement_ended_on,
                   last_child_protection_on, special_support, right_ends_on, right_explained, worker_id, lead_stands_in,
                   opened_at, version)
SELECT case_id, person_id, 'placing', :area, case_id, 'taken_into_care', current_date - 300, current_date - 300, false,
       current_date + n % 1500, '{}', worker_id, false, opened_at, 1
FROM made;

INSERT INTO namings (case_id, version, worker_id, named_at)
SELECT case_id, 1, worker_id, opened_at FROM made;

INSERT INTO deadlines (deadline_id, case_id, kind, about, due_on, state, set_at, version)
SELECT md5('deadline' || n)::uuid, case_id, 'review', case_id, current_date - 5 + n % 365, 'open', opened_at, 1 FROM made;

INSERT INTO access_log (at, reader, reader_role, seen, purpose, person_id, case_id)
SELECT opened_at + times * interval '1 hour', worker_id, 'worker', 'case', 'aftercare', person_id, case_id
FROM made, generate_series(1, 3) AS times;
