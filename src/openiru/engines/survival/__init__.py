"""Time to removal when only intervals are known: Turnbull's estimate, Weibull fit, Wilson interval."""

from openiru.core.impact.rates import wilson
from openiru.engines.survival.intervals import coarsen
from openiru.engines.survival.summary import time_to_removal
from openiru.engines.survival.turnbull import Fit, turnbull
from openiru.engines.survival.weibull import Weibull, weibull

__all__ = ["Fit", "Weibull", "coarsen", "time_to_removal", "turnbull", "weibull", "wilson"]
