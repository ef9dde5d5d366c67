"""Units, people, providers, platforms and the operation itself, as the demonstration reads them in."""

from __future__ import annotations

import json
from typing import Any, Final

from examples.action_day.model import NOTICE, Source
from examples.places import Catalogue
from examples.texts import LANGUAGES

UNITS: Final = {  # code: name, country, legal profile, language
    "AL": ("Invented unit of Albania", "third_country_unit", "sq"),
    "BA": ("Invented unit of Bosnia and Herzegovina", "third_country_unit", "bs"),
    "HR": ("Invented unit of Croatia", "eu_competent_authority", "hr"),
    "ME": ("Invented unit of Montenegro", "third_country_unit", "cnr"),
    "MK": ("Invented unit of North Macedonia", "third_country_unit", "mk"),
    "RS": ("Invented unit of Serbia", "third_country_unit", "sr"),
    "SI": ("Invented unit of Slovenia", "member_state_unit", "sl"),
    "AGY": ("Invented agency", "agency", "en"),
    "BE": ("Invented unit of Belgium", "eu_competent_authority", "en"),
    "BG": ("Invented unit of Bulgaria", "member_state_unit", "en"),
    "DE": ("Invented unit of Germany", "eu_competent_authority", "en"),
    "ES": ("Invented unit of Spain", "eu_competent_authority", "en"),
    "FR": ("Invented unit of France", "eu_competent_authority", "en"),
}
DESK: Final = (
    ("analyst-1", "Analyst one", ["analyst"]),
    ("analyst-2", "Analyst two", ["analyst"]),
    ("assessor-1", "Second assessor one", ["second_assessor"]),
    ("assessor-2", "Second assessor two", ["second_assessor"]),
    ("deconfliction", "Deconfliction officer", ["deconfliction_officer"]),
)
AGENCY_DESK: Final = (
    ("coordinator", "Coordinator", ["coordinator"]),
    ("liaison", "Provider liaison", ["provider_liaison"]),
    ("overseer", "Overseer", ["overseer"]),
    ("administrator", "Administrator", ["administrator"]),
)
PHASES: Final = (
    ("contribution", "2026-11-16T12:00:00Z"),
    ("cross_check", "2026-11-16T14:00:00Z"),
    ("deconfliction", "2026-11-16T18:00:00Z"),
    ("assessment", "2026-11-17T12:00:00Z"),
    ("referral", "2026-11-17T18:00:00Z"),
    ("follow_up", "2026-11-20T08:00:00Z"),
    ("evaluation", "2026-11-20T12:00:00Z"),
)
ORGANISATIONS: Final[tuple[tuple[str, str, list[tuple[str, str]]], ...]] = (
    ("invented-group-1", "Invented Group One", [("EU", "2020-01-15"), ("UN", "2019-06-01")]),
    ("invented-group-2", "Invented Group Two", [("UN", "2021-03-10")]),
    ("invented-group-3", "Invented Group Three", []),
)
OUTLETS: Final = (
    ("invented-outlet-alef", "Invented Outlet Alef", "invented-group-1"),
    ("invented-outlet-bet", "Invented Outlet Bet", "invented-group-1"),
    ("invented-outlet-gimel", "Invented Outlet Gimel", "invented-group-2"),
)


def units(sources: tuple[Source, ...]) -> dict[str, Any]:
    """Every unit with its people. Names are functions, not persons."""
    zones = {source.unit: source.zone for source in sources} | {"AGY": "Europe/Amsterdam"}
    return {"notice": NOTICE, "units": [_unit(code, zones[code]) for code in dict.fromkeys(zones)]}


def _unit(code: str, zone: str) -> dict[str, Any]:
    name, profile, language = UNITS[code]
    low = code.lower()
    desk = (*DESK, *AGENCY_DESK) if code == "AGY" else DESK
    return {
        "code": code,
        "name": name,
        "country": "EU" if code == "AGY" else code,
        "legal_profile": profile,
        "legal_ground": f"Invented police act of {code}, article 12 (demonstration)",
        "zone": zone,
        "contact": f"desk@unit-{low}.example",
        "telephone": "",
        "people": [
            {
                "login": f"{low}-{login}",
                "name": f"{title}, {code} (invented)",
                "roles": roles,
                "languages": sorted({language, "en"}),
            }
            for login, title, roles in desk
        ],
    }


def directory(world: Catalogue) -> dict[str, Any]:
    """Providers, platforms and organisations."""
    kept = ("slug", "name", "country", "zone", "hours", "email", "address", "max_per_batch", "languages")
    designation = [
        {
            "slug": slug,
            "name": name,
            "designations": [{"by": by, "date": date, "source": NOTICE} for by, date in who],
        }
        for slug, name, who in ORGANISATIONS
    ]
    return {
        "notice": NOTICE,
        "providers": [{k: p[k] for k in kept} for p in world.providers.values()],
        "platforms": [
            {
                "slug": p.slug,
                "name": p.name,
                "provider": p.provider,
                "hosts": list(p.hosts),
                "control": p.control,
                "rules": f"Invented terms of {p.name}, rule 12",
            }
            for p in world.platforms.values()
        ],
        "organisations": designation,
        "outlets": [{"slug": slug, "name": name, "organisation": of} for slug, name, of in OUTLETS],
    }


def operation(world: Catalogue, sources: tuple[Source, ...]) -> dict[str, Any]:
    """The action day itself, and which file comes from whom."""
    codes = [source.unit for source in sources]
    lead = "HR" if "HR" in codes else codes[0]
    roles = [
        {"unit": c, "role": "agency" if c == "AGY" else "supporting"}
        for c in dict.fromkeys(codes)
        if c != lead
    ]
    return {
        "notice": NOTICE,
        "code": "demo",
        "title": "Demo action day",
        "kind": "action_day",
        "mandate": {
            "slug": "invented-mandate",
            "act": "Invented act on referrals (demonstration)",
            "article": "4",
            "authority": "Invented agency",
            "kinds_of_content": ["page", "post", "video", "audio", "image", "document", "file"],
        },
        "starts_at": "2026-11-16T08:00:00Z",
        "ends_at": "2026-11-20T12:00:00Z",
        "phases": [{"phase": phase, "deadline": deadline} for phase, deadline in PHASES],
        "participants": [{"unit": lead, "role": "lead"}, *roles],
        "coordinator": "agy-coordinator",
        "themes": ["invented theme"],
        "platforms": list(world.platforms),
        "languages": list(LANGUAGES),
        "groups": [slug for slug, _, _ in ORGANISATIONS],
        "files": [
            {"file": s.path, "unit": s.unit, "format": s.form, "zone": s.zone, "mapping": _mapping(s)}
            for s in sources
        ],
    }


def _mapping(source: Source) -> dict[str, str]:
    """What the importer must be told: the zone of local times, and of which channel an export is."""
    zone = {"zone": source.zone} if source.form in {"csv", "xlsx"} and source.language != "en" else {}
    return source.mapping | zone


def probes(world: Catalogue) -> bytes:
    """The organisation's own probe specs for the played platforms, as TOML."""
    parts = [f"# {NOTICE} How the pages of the played platforms are read.", "schema = 1"]
    for platform in world.platforms.values():
        head = {
            "name": platform.slug.replace(".", "-"),
            "title": f"{platform.name} (played)",
            "as_of": "2026-11",
            "source": NOTICE,
            "hosts": list(platform.hosts),
            "control_alive": platform.control["alive"],
            "control_dead": platform.control["dead"],
        }
        parts += ["", "[[platform]]", *_toml(head)]
        for marker in platform.probe:
            parts += ["", "[[platform.marker]]", *_toml(marker)]
    return ("\n".join(parts) + "\n").encode()


def _toml(table: dict[str, Any]) -> list[str]:
    """Strings, numbers and lists are written in TOML as in JSON."""
    return [f"{name} = {json.dumps(value)}" for name, value in table.items()]
