"""How the operations are declared: who may pass, what else they answer, what is documented."""

from http import HTTPStatus
from typing import Any, Final

from api.keys import Bearer, anybody
from api.matching import DOCUMENTED
from api.problems import MEDIA_TYPE

_EITHER: Final[dict[str, Any]] = {"security": [{}, {"Bearer": []}]}
_KEY: Final[dict[str, Any]] = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": False,
            "description": "Sent again within a day, the stored answer is given again.",
            "schema": {"type": "string", "maxLength": 200},
            "example": "0e9c1e7e-6a0b-4c5e-9d4e-1f5b2c3d4e5f",
        }
    ]
}


# Where the description of the API has the form of a problem.
PROBLEM: Final = "#/components/schemas/Problem"


def reading(shown: Any) -> dict[str, Any]:
    """Return the options of an operation that everybody may ask for."""
    extra = _EITHER | {"responses": _refusals(401, 404, 422, 429)}
    return {"auth": anybody, "response": {200: shown}, "openapi_extra": extra}


def guarding(scope: str, shown: Any) -> dict[str, Any]:
    """Return the options of a change that If-Match guards against somebody else's."""
    options = writing(scope, shown, 200)
    extra = options["openapi_extra"]
    more = {
        "parameters": [*extra["parameters"], DOCUMENTED],
        "responses": extra["responses"] | _refusals(412),
    }
    return options | {"openapi_extra": extra | more}


def writing(scope: str, shown: Any, status: int = 201) -> dict[str, Any]:
    """Return the options of an operation that needs a token with `scope`."""
    extra = {
        "description": f"Needs a token with the scope `{scope}`.",
        "responses": _refusals(400, 401, 403, 404, 409, 413, 422, 429),
    }
    return {"auth": Bearer(scope), "response": {status: shown}, "openapi_extra": _KEY | extra}


def _refusals(*statuses: int) -> dict[int, dict[str, Any]]:
    """Described, not declared: ninja would build a model for each (a thousand, 12 MB in all)."""
    content = {MEDIA_TYPE: {"schema": {"$ref": PROBLEM}}}
    return {each: {"description": HTTPStatus(each).phrase, "content": content} for each in statuses}
