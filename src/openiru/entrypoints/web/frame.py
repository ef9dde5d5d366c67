"""What the templates of every page know beside their own: the menu, the look, the languages, who looks."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from openiru.core.vocabulary import Environment, Role
from openiru.entrypoints.web.menu import menu
from openiru.foundation.operations.desk_frame import Desk, Health
from openiru.settings import CONFIG

THEMES: Final = {"auto": _("As the system says"), "light": _("Light"), "dark": _("Dark")}
THEME_COOKIE: Final = "theme"

#: The banner: in colour and in words.
ENVIRONMENTS: Final = {
    Environment.LIVE.value: (_("LIVE"), _("What you do here has effect outside.")),
    Environment.EXERCISE.value: (_("EXERCISE"), _("Nothing leaves this exercise.")),
    Environment.DEMO.value: (_("DEMO"), _("Everything here is invented data.")),
}
ROLES: Final = {
    Role.ANALYST.value: _("analyst"),
    Role.SECOND_ASSESSOR.value: _("second assessor"),
    Role.DECONFLICTION_OFFICER.value: _("deconfliction officer"),
    Role.COORDINATOR.value: _("coordinator"),
    Role.ISSUING_OFFICER.value: _("issuing officer"),
    Role.PROVIDER_LIAISON.value: _("provider liaison"),
    Role.PROVIDER.value: _("provider, by the link of a letter"),
    Role.PROSECUTOR.value: _("prosecutor"),
    Role.OVERSEER.value: _("overseer"),
    Role.DATA_PROTECTION_OFFICER.value: _("data-protection officer"),
    Role.ADMINISTRATOR.value: _("administrator"),
    Role.SERVICE.value: _("the instance itself"),
}
HEALTH: Final = {
    Health.WELL: _("Ledger: in order"),
    Health.LAGS: _("Ledger: behind"),
    Health.EMPTY: _("Ledger: empty"),
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Asks nothing of the database: what it needs came with the desk."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    desk: Desk | None = getattr(request, "desk", None)
    word, said = ENVIRONMENTS[CONFIG.environment.value]
    return {
        "desk": desk,
        "menu": menu(desk) if desk else [],
        "environment": {"name": CONFIG.environment.value, "word": word, "said": said},
        "theme": theme if theme in THEMES else "auto",
        "themes": THEMES,
        "languages": settings.LANGUAGES,
        "language": get_language() or settings.LANGUAGE_CODE,
        "health": HEALTH[desk.ledger.health] if desk and desk.ledger else "",
        "roles": [ROLES.get(role, role) for role in sorted(desk.roles)] if desk else [],
    }
