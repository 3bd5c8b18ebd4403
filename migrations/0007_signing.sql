-- Referrals that one person prepares and another signs, and referrals of a patient that were sent already.

-- signer_id is the account that was named to sign, and null for any clinician of the clinic. clinic_key is a keyed hash of
-- the EHR and, where one FHIR base serves several clinics, its tenant: a queue never reaches into another clinic. returned_at
-- is set while a draft is back with the person who prepared it.
ALTER TABLE referrals ADD COLUMN signer_id TEXT;
ALTER TABLE referrals ADD COLUMN clinic_key TEXT;
ALTER TABLE referrals ADD COLUMN handed_over_at BIGINT;
ALTER TABLE referrals ADD COLUMN returned_at BIGINT;
CREATE INDEX referrals_to_sign ON referrals (clinic_key, handed_over_at)
    WHERE status = 'ready-to-sign' AND discarded_at IS NULL;

CREATE INDEX referrals_sent ON referrals (patient_key, submitted_at) WHERE submitted_at IS NOT NULL;

-- Accounts that launched from a clinic of an EHR that serves several.
CREATE TABLE clinic_members (
    clinic_key TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    PRIMARY KEY (clinic_key, user_id)
);
