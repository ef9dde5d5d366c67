"""The interface put together: one router for each room, the same faults and the same authentication everywhere."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Final

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from openiru.entrypoints.api import directory, ledger, people, problems, tokens
from openiru.entrypoints.api.auth import Bearer
from openiru.foundation.operations.api import router as operations
from openiru.stages.assessment.api import router as assessment
from openiru.stages.impact.api import router as impact
from openiru.stages.intake.api import router as intake
from openiru.stages.intake.deconfliction_api import router as deconfliction
from openiru.stages.referral.api import router as referral
from openiru.stages.verification.api import router as verification

DESCRIPTION: Final = """
The programming interface of OpenIRU, thin over the commands of the program `openiru`.

* **Who asks** is the person whose token the request bears; the database checks it again in every transaction.
* **Faults** are problem documents (RFC 9457) with stable codes; each says what was and was not saved.
* **Every POST** bears an `Idempotency-Key`: the same key with the same body is answered again and not done again.
* **Lists** come in pages; `next` is the cursor of the page after.
* **Batches** are answered row by row.
"""


class Interface(NinjaAPI):
    """Ninja's, with what it cannot be told: that faults are problem documents by their content type too."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """The description of the interface (OpenAPI 3.1)."""
        schema = super().get_openapi_schema(**given)
        for methods in schema["paths"].values():
            for operation in methods.values():
                for status, answer in operation["responses"].items():
                    content = answer.get("content", {})
                    if int(status) >= 400 and "application/json" in content:  # noqa: PLR2004 - faults begin there
                        content[problems.TYPE] = content.pop("application/json")
        return schema


api = Interface(
    title="OpenIRU",
    version=version("openiru"),
    description=DESCRIPTION,
    auth=Bearer(),
    docs_url=None,
    urls_namespace="api-v1",
)
problems.install(api)
api.add_router("", operations)
api.add_router("", deconfliction)
api.add_router("", assessment)
api.add_router("", intake)
api.add_router("", referral)
api.add_router("", verification)
api.add_router("", impact)
api.add_router("", ledger.router)
api.add_router("", people.router)
api.add_router("", tokens.router)
api.add_router("", directory.router)
