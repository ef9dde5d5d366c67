"""The shapes that the rows of each watched table ever had: what the digest of a row is over, fixed once and for all.

A leaf commits to a row as it was written, in the shape of the release that wrote it. A shape is therefore never edited and never
taken away: a new column makes a new shape at the end of its table's list, a new table a list of its own. Why an old row may be
held against an old shape stands in docs/decisions/0012; a test holds the newest shapes and the models together and says what
to append. Shapes are numbered from 1 in the order of the list.

A column is written ``name`` when JSON prints it as it is (text, numbers, booleans, uuid), else ``name@time`` (whole microseconds
since 1970), ``name@hex`` (bytes) or ``name@json`` (lists and documents as jsonb prints them).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

Plain = str | int | bool | None
NOTHING: Final[Mapping[str, Plain]] = MappingProxyType({})


class Shape(NamedTuple):
    """Column -> how it is printed (``""``, time, hex, json), in the order of the digest.

    ``before``: the columns that this shape adds, each with the one value that rows of the earlier shapes got from the
    migration. Such a row has to have it still, since no leaf tells of it.
    """

    columns: Mapping[str, str]
    before: Mapping[str, Plain] = NOTHING


def _first(columns: str) -> Shape:
    return Shape(_read(columns))


def then(columns: str, before: Mapping[str, Plain]) -> Shape:
    """A later shape: all its columns in the order of their names, and ``before`` for each that it adds."""
    return Shape(_read(columns), MappingProxyType(dict(before)))


def _read(columns: str) -> Mapping[str, str]:
    parts = [word.partition("@") for word in columns.split()]
    return MappingProxyType({name: kind for name, _, kind in parts})


#: Columns that were taken out of a watched table, by table: only after a migration that told each of its rows to the ledger
#: anew, since rows that a leaf knows only in a shape with such a column can be proved no more.
LEFT_OUT: Final[Mapping[str, frozenset[str]]] = MappingProxyType({})

#: Append only. Example of a second shape: ``then("added_at@time code colour …", {"colour": ""})``.
SHAPES: Final[dict[str, tuple[Shape, ...]]] = {
    "database_instance": (_first("created_at@time environment id sole"),),
    "database_clock": (
        _first("business_at@time environment rate sole wall_at@time"),
        then("business_at@time environment rate runs_to@time sole wall_at@time", {"runs_to": None}),
    ),
    "people_unit": (_first("added_at@time code contact country id legal_ground legal_profile name zone"),),
    "people_person": (
        _first("active_from@time active_to@time display_name handle id pseudonym roles@json unit_id"),
    ),
    "people_token": (
        _first("digest@hex expires_at@time id issued_at@time label person_id revoked_at@time unit_id"),
        then(
            "digest@hex expires_at@time id issued_at@time kind label person_id revoked_at@time unit_id",
            {"kind": "access"},
        ),
    ),
    "operations_mandate": (
        _first(
            "act article authority confirmed_at@time confirmed_by id kinds@json proposed_at@time proposed_by "
            "slug"
        ),
    ),
    "operations_operation": (
        _first(
            "closed_at@time closes_at@time environment groups@json id kind languages@json lead_unit_id "
            "mandate_id opens_at@time platforms@json slug themes@json title zone"
        ),
    ),
    "operations_phasewindow": (_first("ends_at@time id operation_id phase starts_at@time"),),
    "operations_participant": (_first("authority id joined_at@time operation_id role unit_id"),),
    "directory_provider": (
        _first("added_at@time address channel country hours id languages@json max_lines name rule slug zone"),
    ),
    "directory_platform": (_first("added_at@time control_alive control_dead id name provider_id slug"),),
    "directory_organisation": (_first("added_at@time designations@json id kind name parent slug"),),
    "registry_item": (_first("account_key canonical extent host id key kind needs_resolving platform"),),
    "registry_alias": (_first("hops@json id item_id key resolved_at@time"),),
    "registry_work": (_first("digest id item_id"),),
    "registry_operationitem": (
        _first(
            "answer basis_digest brand closed_to@json decided_at@time flags@json gone_from@time id item_id "
            "language line_id live_until@time milestones operation_id organisation outcome referred_at@time "
            "state"
        ),
    ),
    "intake_import": (
        _first(
            "counts@json encoding file_digest file_name format id imported_at@time notes@json operation_id "
            "person_id purpose undone_at@time unit_id"
        ),
    ),
    "intake_refusedrow": (_first("code excerpt id import_id number reason unit_id"),),
    "intake_contribution": (
        _first(
            "account brand contributed_at@time digest fingerprint id import_id item_id language note number "
            "operation_id organisation pap place posted_at@time quote raw reason restriction seen_at@time "
            "seen_zone source_ref title tlp translation undone_at@time unit_id views"
        ),
    ),
    "intake_hold": (
        _first(
            "authority contact ended_at@time ended_why expires_at@time id kind operation_id placed_at@time "
            "placed_by prefix reason scope subject unit_id"
        ),
    ),
    "intake_override": (_first("at@time holds@json id item_id operation_id person_id reason unit_id"),),
    "intake_round": (
        _first("closed_at@time closed_why due_at@time id items list_digest opened_at@time operation_id"),
    ),
    "intake_roundanswer": (
        _first("answered_at@time for_unit_id hits id operation_id person_id round_id unit_id"),
    ),
    "assessment_assessment": (
        _first(
            "assessed_at@time basis_digest confidence facts@json id item_id operation_id person_id slot "
            "unit_id verdict voided_at@time"
        ),
    ),
    "assessment_wideproposal": (
        _first("case@json id item_id operation_id overseer_told_at@time person_id proposed_at@time unit_id"),
    ),
    "assessment_languagerequest": (
        _first(
            "batch done_at@time id item_id language note operation_id person_id pseudonym requested_at@time "
            "taken_at@time taken_person_id taken_unit_id unit_id wanted withdrawn_at@time"
        ),
    ),
    "assessment_translation": (
        _first(
            "id item_id machine made_at@time operation_id own_unit person_id pseudonym request_id text unit_id "
            "wanted"
        ),
    ),
    "assessment_alarm": (
        _first(
            "canonical handed_as handed_at@time handed_note handed_to id item_id key kind note operation_id "
            "person_id pseudonym raised_at@time unit_id"
        ),
    ),
    "referral_referral": (
        _first(
            "channel deciding_unit_id fence id instrument kind letter@json letter_digest message_id "
            "not_before@time operation_id prepared_at@time prepared_by provider_id reference released_at@time "
            "released_by replaces sending_unit_id sent_at@time state urgent"
        ),
        then(
            "channel deciding_unit_id fence id instrument kind letter@json letter_digest message_id "
            "not_before@time operation_id prepared_at@time prepared_by provider_id reference released_at@time "
            "released_by replaces sending_unit_id sent_at@time state undo_until@time urgent",
            {"undo_until": None},
        ),
    ),
    "referral_line": (
        _first(
            "a_id a_person_id a_unit_id a_verdict b_id b_person_id b_unit_id b_verdict basis_digest extent id "
            "item_id needs_resolving number operation_id referral_id wide_id wide_unit_id withdrawn_at@time "
            "withdrawn_why"
        ),
    ),
    "referral_link": (
        _first(
            "code_digest@hex digest@hex expires_at@time id made_at@time made_by operation_id referral_id salt@hex "
            "withdrawn_at@time withdrawn_why"
        ),
    ),
    "referral_message": (_first("at@time contact id kind link_id name operation_id referral_id text"),),
    "referral_delivery": (_first("at@time detail fence id operation_id referral_id state"),),
    "referral_answer": (
        _first(
            "decided_at@time decision explanation ground ground_reference id line_id operation_id puid "
            "received_at@time source version"
        ),
    ),
    "referral_strayanswer": (
        _first("excerpt id number operation_id reason received_at@time reference source"),
    ),
    "referral_transfer": (_first("at@time country ground id lines operation_id recipient referral_id what"),),
    "verification_check": (
        _first(
            "at@time body_digest final_url id item_id operation_id outcome reason run_id status took_ms "
            "vantage"
        ),
    ),
    "verification_controlrun": (
        _first("alive_outcome at@time dead_outcome id operation_id platform run_id sound"),
    ),
    "impact_statement": (_first("as_of digest id made_at@time made_by operation_id operations@json"),),
    "impact_release": (
        _first(
            "as_of as_of_at@time changes@json corrects digest embargo_until@time environment figures@json id number "
            "operation_id operations@json proposed_at@time proposed_by released_at@time released_by sentences@json title"
        ),
    ),
    "impact_signoff": (
        _first("id note operation_id participant_id person_id release_id signed_at@time signing_unit_id"),
    ),
    "impact_recommendation": (
        _first(
            "about answer answered_at@time answered_by due_at@time followed id made_at@time made_by number "
            "operation_id text"
        ),
    ),
    "operations_notice": (
        _first("ended_at@time id operation_id posted_at@time posted_by text until@time urgent"),
    ),
}
