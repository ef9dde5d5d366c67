import time

import pytest

from openiru.core.verification.observation import Observation
from openiru.core.verification.signals import Says, Why
from openiru.engines.probes import built_in, read_signals

EMPTIED = '<meta name="robots" content="noindex, nofollow"><p>If you have Telegram, you can contact @x</p>'
LOOKS = [
    # host, status, final address, body, what the first sign says, why
    ("t.me", 200, "", '<i class="tgme_page_title">X</i><i class="tgme_page_extra">9</i>', Says.ALIVE, Why.PRESENT),
    ("t.me", 200, "", EMPTIED, Says.GONE, Why.REMOVED),
    ("t.me", 200, "", "<p>If you have <b>Telegram</b>, you can contact @x right away.</p>", Says.UNCLEAR, Why.SHELL),
    ("t.me", 200, "", '<div class="tgme_widget_message_error">Post not found</div>', Says.GONE, Why.REMOVED),
    ("t.me", 200, "", '<div class="tgme_widget_message_text">hello</div>', Says.ALIVE, Why.PRESENT),
    ("www.youtube.com", 200, "", '{"type":"video","html":"<iframe>"}', Says.ALIVE, Why.PRESENT),
    ("www.youtube.com", 200, "", '"playabilityStatus":{"status":"OK"}', Says.ALIVE, Why.PRESENT),
    ("www.youtube.com", 200, "", '"playabilityStatus":{"status":"LOGIN_REQUIRED"}', Says.RESTRICTED, Why.LOGIN),
    ("www.youtube.com", 200, "", "This video has been removed for violating YouTube's Terms", Says.GONE, Why.TERMS),
    ("www.youtube.com", 200, "", "This video has been removed by the uploader", Says.GONE, Why.UPLOADER),
    ("www.youtube.com", 200, "", "the account associated with this video has been terminated", Says.GONE, Why.ACCOUNT),
    ("x.com", 200, "", '{"__typename":"Tweet"}', Says.ALIVE, Why.PRESENT),
    ("x.com", 200, "", '{"__typename":"TweetTombstone"}', Says.RESTRICTED, Why.LOGIN),
    ("archive.org", 200, "", '{"files":[],"metadata":{"identifier":"x"}}', Says.ALIVE, Why.PRESENT),
    ("archive.org", 200, "", '{"files":[],"is_dark":true,"metadata":{}}', Says.GONE, Why.DARK),
    ("archive.org", 200, "https://archive.org/metadata/x", "{}", Says.UNCLEAR, Why.SHELL),
    ("pastebin.com", 404, "", "<h1>Not Found (#404)</h1>", Says.GONE, Why.REMOVED),
    ("pastebin.com", 200, "", "This paste has expired", Says.GONE, Why.EXPIRED),
    ("www.tiktok.com", 400, "https://www.tiktok.com/oembed?url=x", '{"code":400}', Says.GONE, Why.REMOVED),
    ("a.example", 403, "", "<title>Just a moment...</title>", Says.UNCLEAR, Why.CAPTCHA),
    ("a.example", 200, "", "This video is not available in your country", Says.RESTRICTED, Why.GEO),
    ("a.example", 200, "", "You must log in to continue", Says.RESTRICTED, Why.LOGIN),
    ("a.example", 200, "https://consent.a.example/m", "x", Says.UNCLEAR, Why.CONSENT),
]  # fmt: skip


@pytest.mark.parametrize(("host", "status", "final", "body", "says", "why"), LOOKS)
def test_a_page_shows_the_sign_it_is_known_for(
    host: str, status: int, final: str, body: str, says: Says, why: Why
) -> None:
    specs = built_in()
    look = Observation(f"https://{host}/x", status, final_url=final or f"https://{host}/x", body=body)
    signals = read_signals(look, specs.for_host(host), specs.generic)
    assert [(sign.says, sign.why) for sign in signals.signs] == [(says, why)]


def test_an_ordinary_page_shows_nothing() -> None:
    specs = built_in()
    for host in ("a.example", "t.me", "www.youtube.com", "x.com"):
        look = Observation(
            f"https://{host}/x", 200, body="<p>An article about gardens and their keepers.</p>"
        )
        assert read_signals(look, specs.for_host(host), specs.generic).signs == ()


def test_a_long_article_that_quotes_a_block_page_is_not_one() -> None:
    specs = built_in()
    body = "They wrote: not available in your country. " + "More words follow here. " * 5000
    assert (
        read_signals(Observation("https://a.example/x", 200, body=body), specs.generic, specs.generic).signs
        == ()
    )


def test_a_header_is_a_sign_too_and_no_answer_is_none() -> None:
    specs = built_in()
    challenged = Observation("https://a.example/x", 403, headers={"cf-mitigated": "Challenge"})
    assert read_signals(challenged, specs.generic).signs[0].why is Why.CAPTCHA
    assert (
        read_signals(Observation("https://a.example/x", 0, body="Just a moment..."), specs.generic).signs
        == ()
    )


def test_four_megabytes_of_hostile_page_are_read_in_seconds() -> None:
    specs = built_in()
    started = time.monotonic()
    for host in ("www.youtube.com", "archive.org"):
        body = '"playabilitystatus":{"status":{ ' * 130_000
        read_signals(Observation(f"https://{host}/x", 200, body=body), specs.for_host(host), specs.generic)
    assert time.monotonic() - started < 15
