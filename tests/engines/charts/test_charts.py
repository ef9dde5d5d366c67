from __future__ import annotations

from xml.etree import ElementTree as ET

from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from openiru.engines.charts import Bar, funnel, steps

SVG = "{http://www.w3.org/2000/svg}"
curves = st.lists(st.tuples(st.floats(0, 400), st.floats(0, 1), st.floats(0, 1)), max_size=12).map(sorted)


def drawn(svg: str) -> ET.Element:
    root: ET.Element = fromstring(svg)
    assert root.tag == SVG + "svg"
    return root


@given(
    st.lists(st.builds(Bar, st.text(), st.integers(-5, 10**6), st.text(), st.text()), max_size=6), st.text()
)
def test_any_words_give_a_well_formed_drawing_the_same_each_time(bars: list[Bar], title: str) -> None:
    drawing = drawn(funnel(bars, title=title))
    assert funnel(bars, title=title) == funnel(bars, title=title)
    widths = [float(rect.get("width", "-1")) for rect in drawing.iter(SVG + "rect")]
    assert all(0 <= width <= 760 for width in widths)


def test_bars_are_to_one_scale_from_zero() -> None:
    root = drawn(funnel([Bar("a", 100, "100"), Bar("b", 50, "50"), Bar("c", 0, "0")], title="t"))
    widths = [float(rect.get("width", "")) for rect in root.iter(SVG + "rect") if rect.get("class") == "bar"]
    assert widths == [520.0, 260.0, 0.0]


def test_markup_and_direction_marks_in_names_do_nothing() -> None:
    svg = funnel([Bar("<script>\u202e\x1b", 1, "1", "a & b")], title='"><script>')
    assert "<script>" not in svg
    assert "\u202e" not in svg
    assert "\x1b" not in svg


@given(curves)
def test_any_curve_gives_a_drawing_inside_its_frame(curve: list[tuple[float, float, float]]) -> None:
    root = drawn(steps(curve, title="t", horizon=168))
    for shape in root.iter(SVG + "polygon"):
        for point in (shape.get("points") or "").split():
            x, y = map(float, point.split(","))
            assert 60 <= x <= 740
            assert 14 <= y <= 256


def test_steps_fall_late_above_and_early_below() -> None:
    root = drawn(steps([(0, 1, 1), (84, 0.5, 0.5)], title="t", horizon=168))
    upper, lower = [line.get("points") for line in root.iter(SVG + "polyline")]
    assert upper == "60,14 400,14 400,135"
    assert lower == "60,14 60,135 400,135"


def test_an_empty_curve_has_axes_and_no_band() -> None:
    root = drawn(steps([], title="t", horizon=168))
    assert not list(root.iter(SVG + "polygon"))
    assert list(root.iter(SVG + "line"))


def test_a_long_list_of_losses_is_cut_where_the_frame_ends() -> None:
    svg = funnel([Bar("a", 1, "1", " · ".join(["reason 12"] * 30))], title="t")
    losses = [each.text or "" for each in drawn(svg).iter(SVG + "text") if each.get("class") == "loss"]
    assert len(losses[0]) <= 84
    assert losses[0].endswith("…")
