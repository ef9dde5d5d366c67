"""What covers more than one piece of content never goes the ordinary way."""

from __future__ import annotations

import pytest

from openiru.core.errors import ExtentError
from openiru.core.intake.extent import (
    EXTENT_OF_KIND,
    REASON_OF_EXTENT,
    ROUTE_OF_EXTENT,
    Route,
    extent_of,
    require_route,
    route_of,
)
from openiru.core.vocabulary import Extent, Kind


def test_every_kind_has_an_extent_and_every_extent_a_route_and_a_reason() -> None:
    assert set(EXTENT_OF_KIND) == set(Kind)
    assert set(ROUTE_OF_EXTENT) == set(REASON_OF_EXTENT) == set(Extent)


def test_only_single_items_go_the_ordinary_way() -> None:
    assert [e for e in Extent if route_of(e) is Route.ORDINARY] == [Extent.ITEM]


@pytest.mark.parametrize("extent", [Extent.ACCOUNT, Extent.CHANNEL, Extent.SITE, Extent.APP])
def test_accounts_channels_sites_and_apps_have_a_route_of_their_own(extent: Extent) -> None:
    require_route(extent, Route.WIDE)
    with pytest.raises(ExtentError, match="whole") as caught:
        require_route(extent, Route.ORDINARY, where="row 7")
    assert caught.value.where == "row 7"
    assert "second unit" in caught.value.hint


@pytest.mark.parametrize(
    "extent", [Extent.PLAYLIST, Extent.COLLECTION, Extent.SEARCH, Extent.ROOT, Extent.SENSITIVE]
)
@pytest.mark.parametrize("route", list(Route))
def test_lists_searches_front_pages_and_sensitive_hosts_have_no_route_at_all(
    extent: Extent, route: Route
) -> None:
    with pytest.raises(ExtentError, match="cannot be referred"):
        require_route(extent, route)


def test_an_item_passes_the_ordinary_way_and_is_not_led_into_the_wide_one() -> None:
    require_route(Extent.ITEM, Route.ORDINARY)
    with pytest.raises(ExtentError, match="wide"):
        require_route(Extent.ITEM, Route.WIDE)


def test_a_form_that_nobody_described_counts_as_a_collection() -> None:
    assert extent_of(Kind.OTHER) is Extent.COLLECTION
    assert extent_of(Kind.POST) is Extent.ITEM
