"""What the database is meant to be fenced by: the kind of every table, policies that narrow, functions with the owner's rights."""

from __future__ import annotations

#: What each table is. A table that is missing here fails, and so does one that is not there any more.
KINDS = {
    "unit": (
        "people_person people_token people_invitation intake_import intake_refusedrow intake_contribution intake_hold intake_override"
        " intake_roundanswer assessment_assessment assessment_wideproposal assessment_savedsearch assessment_opened ledger_request"
    ),
    "operation": (
        "registry_operationitem intake_round assessment_claim assessment_languagerequest assessment_translation assessment_alarm"
        " referral_referral referral_line referral_delivery referral_answer"
        " referral_strayanswer referral_transfer referral_link referral_message"
        " verification_check verification_due verification_controlrun impact_statement"
        " impact_release impact_signoff impact_recommendation operations_notice"
    ),
    "item": "registry_item registry_alias registry_work",
    "directory": (
        "database_instance database_clock people_unit operations_mandate operations_operation operations_phasewindow"
        " operations_participant directory_provider directory_platform directory_organisation"
    ),
    "ledger": "ledger_leaf ledger_opening ledger_pending",
    "projection": "ledger_position ledger_checkpoint registry_standing registry_mark",
    # Asked before anybody acts: the web server's alone.
    "door": (
        "people_account django_session mfa_authenticator socialaccount_socialaccount socialaccount_socialapp"
        " account_emailaddress"
    ),
    # Of a library, and used by nobody.
    "shut": (
        "socialaccount_socialtoken account_emailconfirmation auth_group"
        " auth_group_permissions auth_permission django_content_type"
    ),
}
TABLES = {table: kind for kind, tables in KINDS.items() for table in tables.split()}
#: Tables that the login of the figures may read beside the projections.
FIGURES = {
    "operations_operation",
    "operations_participant",
    "people_unit",
    "directory_provider",
    "directory_platform",
    "directory_organisation",
}
#: Policies that take away from what the others allow.
NARROWER = {
    "registry_operationitem": {"closed"},  # what a marking keeps inside a unit
    "assessment_assessment": {"own_hand"},  # nobody writes a verdict in a colleague's name
    "assessment_wideproposal": {"own_hand"},
    # Whoever comes through the link of a letter sees that letter.
    "referral_referral": {"own_letter"},
    "referral_line": {"own_letter"},
    "referral_link": {"own_letter"},
    "referral_message": {"own_letter"},
    "assessment_opened": {"own_eyes"},  # exposure is nobody's but one's own
    "assessment_languagerequest": {"own_hand", "closed"},
    "assessment_translation": {"own_hand", "closed"},
    "assessment_alarm": {"own_hand"},
}
#: Functions that run with the owner's rights.
DEFINERS = {
    "acting", "aliases", "assessment_seed", "begin", "blocking_holds", "business_time", "by_handle", "close_again",
    "guest", "link", "link_opens", "notice", "demo_cast", "demo_stays_demo", "lasts", "open_session", "redeem", "whose_session",
    "checkpoint_before", "credits", "decided_facts", "dimensions", "earlier", "held_keys", "contribution_belongs", "join_closed",
    "both_reasons", "queue_facts", "quick_verdicts", "take_out_of_sight",
    "items_with_verdicts", "known_keys", "last_reference", "letter_markings", "letter_proposals",
    "letter_words", "log_checkpoints", "log_leaves", "log_openings", "log_size", "look_over", "markings", "operation",
    "standing_is_somewhere", "taking_part", "tied", "reclose", "enclose", "works_told",
    "overrides_of_own_holds", "person", "round_state", "seal", "set_clock", "shown", "slots", "sources",
    "stale_verdicts", "standing_contributions", "standing_holds", "take_places", "timeline", "unit",
    "clock_rate", "log_health", "next_statement", "public_statements", "oversees", "sees_events", "overseen_events", "overseen_verdicts",
    "units_with_expired_holds", "verdicts", "whose", "wide_cases",
}  # fmt: skip
