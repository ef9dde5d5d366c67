"""The application that the web server runs."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from openiru.entrypoints.web.quiet import keep_addresses_out
from openiru.entrypoints.worker import set_up

set_up()
keep_addresses_out()
application: WSGIHandler = get_wsgi_application()
