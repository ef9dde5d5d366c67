ALTER TABLE referral_link
  ADD CONSTRAINT of_referral FOREIGN KEY (operation_id, referral_id) REFERENCES referral_referral (operation_id, id),
  ADD CONSTRAINT link_keyed UNIQUE (operation_id, referral_id, id),
  ADD CONSTRAINT withdrawn_with_a_reason CHECK (withdrawn_at IS NULL OR withdrawn_why <> '');
-- A letter has one link that works; a new one ends the one before it.
CREATE UNIQUE INDEX referral_link_one ON referral_link (referral_id) WHERE withdrawn_at IS NULL;
ALTER TABLE referral_message
  ADD CONSTRAINT through_link FOREIGN KEY (operation_id, referral_id, link_id)
    REFERENCES referral_link (operation_id, referral_id, id);
CREATE INDEX referral_message_of ON referral_message (referral_id, id);

-- May somebody who shows this secret's digest act as the guest of this link? Asked by iru.begin only.
CREATE FUNCTION iru.link_opens(link uuid, operation uuid, shown bytea) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM referral_link l JOIN referral_referral r ON r.id = l.referral_id
    WHERE l.id = link_opens.link AND l.operation_id = link_opens.operation AND l.digest = link_opens.shown
      AND l.withdrawn_at IS NULL AND l.expires_at > iru.business_time()
      AND r.state IN ('sending', 'sent', 'unknown', 'transcribed'))
$$;
REVOKE ALL ON FUNCTION iru.link_opens(uuid, uuid, bytea) FROM PUBLIC;

-- Where does this secret lead? Asked before anybody acts, by whoever shows it: the head of one letter, and nothing on it.
CREATE FUNCTION iru.link(shown bytea)
RETURNS TABLE (link uuid, operation uuid, referral uuid, reference text, code_digest bytea, provider text, unit text, contact text,
  state text, sent_at timestamptz, lines bigint, expires_at timestamptz, withdrawn_at timestamptz, expired boolean)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT l.id, l.operation_id, r.id, r.reference, l.code_digest, p.name, u.name, u.contact, r.state, r.sent_at,
    (SELECT count(*) FROM referral_line n WHERE n.referral_id = r.id),
    l.expires_at, l.withdrawn_at, l.expires_at <= iru.business_time()
  FROM referral_link l JOIN referral_referral r ON r.id = l.referral_id
    JOIN directory_provider p ON p.id = r.provider_id JOIN people_unit u ON u.id = r.deciding_unit_id
  WHERE l.digest = link.shown
$$;
-- Is there such a letter? Answered only to whoever has its code, and then with who decided on it, when it left and how long it is.
-- The code of a link that was withdrawn proves the letter that bore it no less.
CREATE FUNCTION iru.notice(asked text, shown bytea)
RETURNS TABLE (unit text, country text, contact text, sent_at timestamptz, lines bigint, withdrawn bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT u.name, u.country, u.contact, r.sent_at, count(n.id), count(n.withdrawn_at)
  FROM referral_referral r JOIN people_unit u ON u.id = r.deciding_unit_id LEFT JOIN referral_line n ON n.referral_id = r.id
  WHERE r.reference = notice.asked AND r.state IN ('sending', 'sent', 'unknown', 'transcribed', 'bounced')
    AND EXISTS (SELECT FROM referral_link l WHERE l.referral_id = r.id AND l.code_digest = notice.shown)
  GROUP BY u.id, r.id
$$;
-- The letter of the link through which somebody acts; nothing when a person or the machine does.
CREATE FUNCTION iru.guest() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT l.referral_id FROM referral_link l
  WHERE l.id = iru.person() AND iru.unit() = '01900000-0000-7000-8000-000000000002'::uuid
$$;
REVOKE ALL ON FUNCTION iru.link(bytea), iru.notice(text, bytea), iru.guest() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION iru.link(bytea), iru.notice(text, bytea) TO {{web}};
GRANT EXECUTE ON FUNCTION iru.guest() TO {{web}}, {{worker}};

-- Of the letters of its operation a guest sees one, whatever is asked.
CREATE POLICY own_letter ON referral_referral AS RESTRICTIVE TO {{web}}, {{worker}}
  USING ((SELECT iru.guest()) IS NULL OR id = (SELECT iru.guest()));
CREATE POLICY own_letter ON referral_line AS RESTRICTIVE TO {{web}}, {{worker}}
  USING ((SELECT iru.guest()) IS NULL OR referral_id = (SELECT iru.guest()));
CREATE POLICY own_letter ON referral_link AS RESTRICTIVE TO {{web}}, {{worker}}
  USING ((SELECT iru.guest()) IS NULL OR referral_id = (SELECT iru.guest()));
CREATE POLICY own_letter ON referral_message AS RESTRICTIVE TO {{web}}, {{worker}}
  USING ((SELECT iru.guest()) IS NULL OR referral_id = (SELECT iru.guest()));
