"""The referral action day: mandate, window, phases, scope, participants."""
