"""Small hand-made SVG charts: the same figures give the same bytes, and no library is needed to draw them."""

from openiru.engines.charts.funnel import Bar, funnel
from openiru.engines.charts.steps import steps

__all__ = ["Bar", "funnel", "steps"]
