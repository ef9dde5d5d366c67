"""Laws that hold for every address: idempotent, stable under respelling, never merging two posts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.addresses.cases import CASES

from openiru.engines.addresses import (
    Address,
    AddressError,
    canonicalise,
    find_links,
    refang,
    try_canonicalise,
)

#: No deadline for one example: the first one reads the rules, and the machine is shared.
LAW = settings(deadline=None)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{4,20}", fullmatch=True).filter(lambda n: not n.startswith("add"))
NUMBERS = st.integers(min_value=1, max_value=10**12)
FILMS = st.from_regex(r"[A-Za-z0-9_-]{11}", fullmatch=True)
SEGMENT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Cn", "Co"]),
    max_size=12,
)
PATHS = st.lists(SEGMENT, max_size=4).map(
    lambda parts: "/".join(p.replace("#", "").replace("?", "") for p in parts)
)
WORDS = st.sampled_from([c.raw for c in CASES])
#: Templates of posts: two different pairs of name and number are two different posts.
POSTS = [
    "https://t.me/{n}/{i}",
    "https://t.me/s/{n}/{i}",
    "https://{n}.example/@user/{i}",
    "https://example.org/{n}?id={i}",
]


@LAW
@given(PATHS, st.sampled_from(["", "?a=1", "?a=%d8&b", "#/x", "#y", "?", "?utm_source=q&z=[1]"]))
def test_canonicalising_twice_changes_nothing(path: str, tail: str) -> None:
    first = try_canonicalise(f"https://example.org/{path}{tail}")
    if isinstance(first, AddressError):
        assert first.message
        return
    again = canonicalise(first.canonical)
    assert (again.key, again.canonical, again.kind) == (first.key, first.canonical, first.kind)
    assert refang(first.defanged) == first.canonical


@LAW
@given(
    WORDS,
    st.integers(0, 120),
    st.integers(0, 3),
    st.text(st.sampled_from("/?#&=%@.:[](){}!$*+,;~'|^`\\2eE1aZ-_é中"), max_size=4),
)
def test_the_canonical_form_of_a_damaged_address_is_its_own(raw: str, at: int, cut: int, put: str) -> None:
    address = try_canonicalise(raw[:at] + put + raw[at + cut :])
    if isinstance(address, AddressError):
        assert address.message
        return
    again = canonicalise(address.canonical)
    assert (again.key, again.kind, again.extent) == (address.key, address.kind, address.extent)
    assert refang(address.defanged) == address.canonical


@LAW
@given(st.text(max_size=80))
def test_any_text_is_an_address_or_a_clear_error(text: str) -> None:
    answer = try_canonicalise(text)
    if isinstance(answer, AddressError):
        assert answer.message.endswith(".")
        assert answer.where.isprintable()
    else:
        assert answer.input == text
        assert canonicalise(answer.canonical).key == answer.key


@LAW
@given(
    NAMES,
    NUMBERS,
    st.sampled_from(["https://t.me/", "http://T.ME/", "https://telegram.me/s/", "t.me/", "hxxps://t[.]me/"]),
)
def test_a_telegram_post_has_one_key_in_every_spelling(name: str, number: int, head: str) -> None:
    assert canonicalise(f"{head}{name.upper()}/{number}?single").key == f"telegram:post:{name}/{number}"


@LAW
@given(
    FILMS,
    st.sampled_from(
        [
            "https://www.youtube.com/watch?v={}",
            "http://m.youtube.com/watch?t=1&v={}",
            "youtu.be/{}?si=x",
            "https://youtube.com/shorts/{}",
        ]
    ),
)
def test_a_film_has_one_key_in_every_spelling(film: str, form: str) -> None:
    assert canonicalise(form.format(film)).key == f"youtube:video:{film}"


@LAW
@given(st.sampled_from(POSTS), st.tuples(NAMES, NUMBERS), st.tuples(NAMES, NUMBERS))
def test_two_posts_are_never_merged(form: str, one: tuple[str, int], other: tuple[str, int]) -> None:
    keys = {
        canonicalise(form.format(n=n.replace("_", "x") if "://{" in form else n, i=i)).key
        for n, i in (one, other)
    }
    same = one[1] == other[1] and one[0].replace("_", "x") == other[0].replace("_", "x")
    assert len(keys) == 2 or same


@LAW
@given(st.tuples(FILMS, FILMS))
def test_two_films_are_never_merged(films: tuple[str, str]) -> None:
    one, other = (canonicalise(f"https://youtu.be/{f}").key for f in films)
    assert (one == other) == (films[0] == films[1])


@LAW
@given(WORDS, st.sampled_from(["utm_source=a", "fbclid=b", "gclid=c"]))
def test_tracking_parameters_never_change_a_key(raw: str, parameter: str) -> None:
    if "?" in raw or "#" in raw or not raw.startswith("https://") or "web.archive" in raw:
        return
    assert canonicalise(f"{raw}?{parameter}").key == canonicalise(raw).key


@LAW
@given(WORDS)
def test_scheme_case_and_host_case_never_change_a_key(raw: str) -> None:
    if not raw.startswith("https://"):
        return
    host, slash, rest = raw[8:].partition("/")
    assert canonicalise(f"HTTP://{host.upper()}{slash}{rest}").key == canonicalise(raw).key


@LAW
@given(WORDS)
def test_a_defanged_address_is_found_again_in_a_sentence(raw: str) -> None:
    address: Address = canonicalise(raw)
    if address.platform == "domain":  # a bare domain is no link
        return
    found = find_links(f"See ({address.defanged}), please.")
    assert [canonicalise(f.url).key for f in found] == [address.key]
