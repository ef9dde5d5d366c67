import json
from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from tests.egress.http_servers import page, redirect, serving
from tests.egress.test_http_hostile_servers_end_in_time import silence

from openiru.adapters.lookers.http import HttpLooker
from openiru.core.errors import SettingError
from openiru.ports.looker import Looker, Trouble
from openiru.ports.testkit.looker import LookerContract

LIMITS = {"limit_header_seconds": "1", "limit_total_seconds": "2"}


@pytest.fixture(name="config")
def settings(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    with serving(
        page(b"no", "404 Not Found"),
        there=page(b"<p>Present page</p>"),
        on=redirect("/there"),
        silent=silence,
    ) as server:
        table = tmp_path / "names.json"
        table.write_text(json.dumps({"names": {"tube.example": server.port}}))
        yield {"environment": "demo", "names_table": str(table), "vantage": "test exit", **LIMITS}


class TestHttpLooker(LookerContract):
    @pytest.fixture(autouse=True)
    def _prepare(self, config: Mapping[str, str]) -> None:
        self.config = config

    def looker(self) -> Looker:
        return HttpLooker.build(self.config)

    def present(self) -> str:
        return "https://tube.example/there"

    def missing(self) -> str:
        return "https://tube.example/missing"

    def leading(self) -> tuple[str, str]:
        return "https://tube.example/on", "https://tube.example/there"

    def refused(self) -> str:
        return "http://other.example/"

    def silent(self) -> str:
        return "http://tube.example/silent"


def test_the_vantage_stands_in_every_observation(config: Mapping[str, str]) -> None:
    looker = HttpLooker.build(config)
    assert looker.look("http://tube.example/there").vantage == "test exit"
    assert looker.look("http://other.example/").vantage == "test exit"


@pytest.mark.parametrize(
    "change",
    [
        {"environment": ""},
        {"environment": "production"},
        {"environment": "live"},
        {"names_table": ""},
        {"names_table": "/nowhere/names.json"},
        {"limit_total_seconds": "soon"},
        {"limit_total_seconds": "0"},
        {"limit_total_seconds": "nan"},
        {"limit_total_seconds": "inf"},
        {"limit_body_bytes": "-1"},
        {"limit_everything": "1"},
        {"usr_agent": "x"},
    ],
)
def test_a_wrong_setting_is_refused_with_its_place(
    config: Mapping[str, str], change: Mapping[str, str]
) -> None:
    with pytest.raises(SettingError) as caught:
        HttpLooker.build({**config, **change})
    assert caught.value.where


def test_a_live_looker_refuses_inside_addresses() -> None:
    looker = HttpLooker.build(
        {"environment": "live", "denied_networks": "93.184.0.0/16, 2a00:1450::/32", **LIMITS}
    )
    for url in ("http://127.0.0.1/", "http://[::1]/", "http://93.184.215.14/", "http://localhost/"):
        assert looker.look(url).trouble is Trouble.REFUSED_BY_GUARD


def test_its_entry_point_leads_to_it() -> None:
    point = EntryPoint("http", "openiru.adapters.lookers.http:HttpLooker", "openiru.lookers")
    assert point.load() is HttpLooker
