import time
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.engines.probes import sibling_url, similarity, words_of_url
from openiru.engines.probes.siblings import visible_words

PAGE = "<html><body><p>The keeper of the garden waters the roses each morning before the sun is high.</p></body></html>"
OTHER = "<html><body><p>Ships leave the harbour at noon when the tide allows and the wind has turned west.</p></body></html>"
segments = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_.", min_size=1, max_size=20)
urls = st.builds(
    lambda parts, query: "https://a.example/" + "/".join(parts) + (f"?v={query}" if query else ""),
    st.lists(segments, max_size=4),
    segments | st.just(""),
)


@given(urls, st.text(max_size=8))
def test_a_sibling_is_another_address_of_the_same_folder_and_host(url: str, seed: str) -> None:
    sibling = sibling_url(url, seed)
    mine, other = urlsplit(url), urlsplit(sibling)
    assert sibling != url
    assert (other.scheme, other.netloc) == (mine.scheme, mine.netloc)
    assert sibling_url(url, seed) == sibling
    if mine.query:
        assert other.path == mine.path
    else:
        assert other.path.rstrip("/").rpartition("/")[0] == mine.path.rstrip("/").rpartition("/")[0]


@pytest.mark.parametrize(
    ("url", "start", "end"),
    [
        ("https://a.example/x/12", "https://a.example/x/1", ""),
        ("https://a.example/x/page.html", "https://a.example/x/q", ".html"),
        ("https://a.example/x/name/", "https://a.example/x/q", "/"),
        ("https://a.example/", "https://a.example/q", ""),
        ("https://a.example/watch?v=abcdefghijk&t=1", "https://a.example/watch?v=q", "&t=1"),
        ("https://a.example/x#part", "https://a.example/q", ""),
    ],
)
def test_a_sibling_is_of_the_same_kind(url: str, start: str, end: str) -> None:
    sibling = sibling_url(url, "seed")
    assert sibling.startswith(start)
    assert sibling.endswith(end)
    assert len(sibling) >= len(start) + 10


def test_numbers_stay_numbers_that_nobody_has_reached() -> None:
    name = sibling_url("https://a.example/x/7", "seed").rpartition("/")[2]
    assert name.isdigit()
    assert 10**17 <= int(name) < 2**63


def test_the_same_page_is_alike_and_another_is_not() -> None:
    assert similarity(PAGE, PAGE) == 1.0
    assert similarity(PAGE, OTHER) == 0.0
    assert similarity("", "") == 1.0
    assert similarity(PAGE, "") == 0.0


def test_scripts_tags_and_letter_case_do_not_count() -> None:
    dressed = PAGE.upper().replace("<P>", '<script>var t = "123456";</script><P CLASS="x">')
    assert similarity(PAGE, dressed) == 1.0


def test_a_page_that_repeats_its_address_is_still_the_same_page() -> None:
    one, two = "https://a.example/v/abc123", "https://a.example/v/q9never"
    text = "<p>Sorry, the page {} does not exist on this server. Try the search or go to the front page instead.</p>"
    pages = [text.format(url.rpartition("/")[2]) for url in (one, two)]
    assert similarity(*pages) < 0.9
    assert similarity(*pages, forget=words_of_url(one, two)) == 1.0


words = st.lists(st.sampled_from(["one", "two", "three", "four", "five", "six"]), max_size=40).map(" ".join)


@given(words, words)
def test_similarity_is_symmetric_and_between_nought_and_one(one: str, two: str) -> None:
    assert similarity(one, two) == similarity(two, one)
    assert 0.0 <= similarity(one, two) <= 1.0
    assert similarity(one, one) == 1.0


@pytest.mark.parametrize("piece", ["<", "<script>", "<a ", "</", "a<b>", "< script", "&#", "<!--"])
def test_hostile_pages_are_split_in_seconds(piece: str) -> None:
    started = time.monotonic()
    assert len(visible_words(piece * (2_000_000 // len(piece)))) <= 20_000
    assert time.monotonic() - started < 15
