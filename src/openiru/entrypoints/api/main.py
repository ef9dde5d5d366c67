"""The interface put together: one router for each room, the same faults and the same authentication everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, Final

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from openiru.core.errors import UsageError
from openiru.entrypoints.api import directory, ledger, people, problems, tokens
from openiru.foundation.operations.api import router as operations
from openiru.foundation.operations.asking import Asks
from openiru.stages.assessment.api import router as assessment
from openiru.stages.impact.api import router as impact
from openiru.stages.intake.api import router as intake
from openiru.stages.intake.deconfliction_api import router as deconfliction
from openiru.stages.referral.api import router as referral
from openiru.stages.verification.api import router as verification

DESCRIPTION: Final = """
The programming interface of OpenIRU, thin over the commands of the program `openiru`.

* **Who asks** is the person whose token the request bears; the database checks it again in every transaction.
* **Who may** says `x-openiru-verbs`: one of these verbs (docs/reference/permissions.md); empty: everybody with a token.
* **Faults** are problem documents (RFC 9457) with stable codes; each says what was and was not saved.
* **Every POST** bears an `Idempotency-Key`: the same key with the same body is answered again and not done again.
* **Lists** come in pages; `next` is the cursor of the page after.
* **Batches** are answered row by row.
"""


def policies(interface: NinjaAPI) -> Iterator[tuple[str, Operation, Asks]]:
    """Path, operation and policy of every route of the interface; UsageError for one that declares none."""
    for _, router in interface._routers:  # noqa: SLF001 - ninja has no public way to its routes
        for path, view in router.path_operations.items():
            for operation in view.operations:
                policy = operation.auth_param
                if not isinstance(policy, Asks):
                    raise UsageError(f"the route {operation.operation_id} declares no policy", where="auth=")
                yield path, operation, policy


class Interface(NinjaAPI):
    """Ninja's, with what it cannot be told: that faults are problem documents by their content type too."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """The description of the interface (OpenAPI 3.1)."""
        schema = super().get_openapi_schema(**given)
        verbs = {one.operation_id: list(policy.verbs) for _, one, policy in policies(self)}
        for methods in schema["paths"].values():
            for operation in methods.values():
                operation["x-openiru-verbs"] = verbs[operation["operationId"]]
                for status, answer in operation["responses"].items():
                    content = answer.get("content", {})
                    if int(status) >= 400 and "application/json" in content:  # noqa: PLR2004 - faults begin there
                        content[problems.TYPE] = content.pop("application/json")
        return schema


api = Interface(
    title="OpenIRU",
    version=version("openiru"),
    description=DESCRIPTION,
    auth=Asks(),
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
