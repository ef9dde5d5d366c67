"""Tags of the pages of referral."""
