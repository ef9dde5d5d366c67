"""What a referral must say, to whom, when, and what an answer means."""
