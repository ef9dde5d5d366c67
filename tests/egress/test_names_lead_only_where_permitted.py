import json
import time
from pathlib import Path

import pytest
from tests.egress.http_clients import client_for
from tests.egress.http_servers import dns_serving, page, serving

from openiru.core.errors import SettingError
from openiru.core.verification.observation import Trouble
from openiru.core.vocabulary import Environment
from openiru.egress.http import GuardedClient
from openiru.egress.names import LiveNames, NameTroubleError, TableNames, names_for
from openiru.egress.targets import Target

NXDOMAIN, SERVFAIL, REFUSED = 3, 2, 5


def target(host: str, *, literal: bool = False) -> Target:
    return Target(f"http://{host}/", "http", host, 80, "/", literal)


def soon() -> float:
    return time.monotonic() + 3


def trouble_of(names: LiveNames | TableNames, host: str) -> Trouble:
    with pytest.raises(NameTroubleError) as caught:
        names.endpoints(target(host), soon())
    return caught.value.trouble


def test_a_table_leads_its_names_to_their_ports_and_the_longest_wildcard_wins() -> None:
    names = TableNames({"tube.example": 18081, "*.blog.example": 18082, "*.x.blog.example": 18083})
    found = {
        host: names.endpoints(target(host), soon())[0]
        for host in ("tube.example", "a.blog.example", "b.a.x.blog.example")
    }
    assert [place.port for place in found.values()] == [18081, 18082, 18083]
    assert {place.address for place in found.values()} == {"127.0.0.1"}
    assert not any(place.tls for place in found.values())


@pytest.mark.parametrize(
    "host", ["blog.example", "other.example", "example", "xtube.example", "tube.example.example"]
)
def test_a_table_refuses_every_other_name(host: str) -> None:
    assert (
        trouble_of(TableNames({"tube.example": 18081, "*.blog.example": 18082}), host)
        is Trouble.REFUSED_BY_GUARD
    )


def test_a_table_refuses_addresses_without_a_name_and_ports_that_are_not_in_it() -> None:
    names = TableNames({"tube.example": 18081})
    with pytest.raises(NameTroubleError):
        names.endpoints(target("127.0.0.1", literal=True), soon())
    assert names.refusal("127.0.0.1", 18081) == ""
    assert names.refusal("127.0.0.1", 18082)
    assert names.refusal("127.0.0.2", 18081)


def test_the_played_resolver_is_heard_first_but_its_addresses_are_not_believed() -> None:
    rcodes = {"dead.example": NXDOMAIN, "ill.example": SERVFAIL}
    table = {"a.example": 0, "dead.example": 0, "ill.example": 0}
    with (
        serving(page(b"yes")) as server,
        dns_serving(lambda name, *_: (rcodes.get(name, 0), ["A 203.0.113.9"])) as dns,
    ):
        client = GuardedClient(TableNames(dict.fromkeys(table, server.port), dns.place))
        seen = {name: client.get(f"http://{name}/") for name in table}
    assert seen["a.example"].body == "yes"
    assert seen["a.example"].hops[0].address == "127.0.0.1"
    assert seen["dead.example"].trouble is Trouble.NAME_UNKNOWN
    assert seen["ill.example"].trouble is Trouble.NAME_FAILURE
    assert ("a.example", "A") in dns.asked


def test_a_name_outside_the_table_is_not_even_asked_for() -> None:
    with dns_serving(lambda *_: (NXDOMAIN, [])) as dns:
        assert trouble_of(TableNames({"a.example": 1}, dns.place), "b.example") is Trouble.REFUSED_BY_GUARD
        assert dns.asked == []


def test_a_name_without_a_server_is_a_failure_of_the_name() -> None:
    assert client_for(None).get("http://a.example/").trouble is Trouble.NAME_FAILURE


def test_a_table_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "names.json"
    path.write_text(
        json.dumps({"dns": "127.0.0.1:18053", "tls": False, "names": {"t.me": 18081, "dead.example": None}})
    )
    names = TableNames.read(path)
    assert names.refusal("127.0.0.1", 18081) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "nonsense",
        '{"names": []}',
        '{"names": {"a.example": 0}}',
        '{"names": {"a.example": 65536}}',
        '{"names": {"a.example": "80"}}',
        '{"names": {"A.example": 80}}',
        '{"names": {"*": 80}}',
        '{"names": {"127.0.0.1:80/": 80}}',
        '{"names": {}, "tls": true}',
        '{"names": {}, "dns": "8.8.8.8:53"}',
        '{"names": {}, "dns": "localhost:53"}',
        '{"names": {}, "dns": "127.0.0.1:x"}',
    ],
)
def test_a_table_that_is_none_is_a_wrong_setting(tmp_path: Path, text: str) -> None:
    path = tmp_path / "names.json"
    path.write_text(text)
    with pytest.raises(SettingError):
        TableNames.read(path)


def test_live_refuses_a_table_and_the_others_refuse_the_open_net(tmp_path: Path) -> None:
    path = tmp_path / "names.json"
    path.write_text('{"names": {"a.example": 18081}}')
    with pytest.raises(SettingError, match="live"):
        names_for(Environment.LIVE, path)
    assert isinstance(names_for(Environment.LIVE, None), LiveNames)
    for environment in (Environment.DEMO, Environment.EXERCISE):
        with pytest.raises(SettingError, match="open net"):
            names_for(environment, None)
        assert isinstance(names_for(environment, path), TableNames)


def test_one_resolver_saying_unknown_is_a_failure_and_two_make_it_unknown() -> None:
    with dns_serving(lambda *_: (NXDOMAIN, [])) as one, dns_serving(lambda *_: (NXDOMAIN, [])) as two:
        assert trouble_of(LiveNames([one.place]), "gone.example.com") is Trouble.NAME_FAILURE
        assert trouble_of(LiveNames([one.place, one.place]), "gone.example.com") is Trouble.NAME_FAILURE
        assert trouble_of(LiveNames([one.place, two.place]), "gone.example.com") is Trouble.NAME_UNKNOWN


@pytest.mark.parametrize("rcode", [SERVFAIL, REFUSED])
def test_a_resolver_that_fails_says_nothing_about_the_name(rcode: int) -> None:
    with dns_serving(lambda *_: (rcode, [])) as one, dns_serving(lambda *_: (NXDOMAIN, [])) as two:
        assert trouble_of(LiveNames([one.place, two.place]), "gone.example.com") is Trouble.NAME_FAILURE


def test_a_second_resolver_that_knows_the_name_wins() -> None:
    with (
        dns_serving(lambda *_: (NXDOMAIN, [])) as one,
        dns_serving(lambda _n, kind, _c: (0, ["A 8.8.8.8"] if kind == "A" else [])) as two,
    ):
        found = LiveNames([one.place, two.place]).endpoints(target("a.example.com"), soon())
    assert [place.address for place in found] == ["8.8.8.8"]


def test_unknown_for_one_kind_of_address_only_is_not_unknown() -> None:
    def zone(_name: str, kind: str, _count: int) -> tuple[int, list[str]]:
        return (0, ["A 8.8.8.8"]) if kind == "A" else (NXDOMAIN, [])

    with dns_serving(zone) as dns:
        assert LiveNames([dns.place]).endpoints(target("a.example.com"), soon())


@pytest.mark.parametrize(
    "host", ["hidden.onion", "a.local", "a.internal", "a.test", "localhost", "a.example"]
)
def test_names_that_dns_does_not_know_by_design_are_never_called_unknown(host: str) -> None:
    with dns_serving(lambda *_: (NXDOMAIN, [])) as one, dns_serving(lambda *_: (NXDOMAIN, [])) as two:
        assert trouble_of(LiveNames([one.place, two.place]), host) is Trouble.REFUSED_BY_GUARD
        assert one.asked == []


def test_no_resolver_at_all_is_a_failure() -> None:
    assert trouble_of(LiveNames([]), "a.example.com") is Trouble.NAME_FAILURE
