"""How the operations are declared: who may pass, what else they answer, what is documented."""

from typing import Any, Final

from api.keys import Bearer, anybody
from api.matching import DOCUMENTED
from api.problems import Problem

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


def reading(shown: Any) -> dict[str, Any]:
    """Return the options of an operation that everybody may ask for."""
    refused = dict.fromkeys((401, 404, 422, 429), Problem)
    return {"auth": anybody, "response": {200: shown} | refused, "openapi_extra": _EITHER}


def guarding(scope: str, shown: Any) -> dict[str, Any]:
    """Return the options of a change that If-Match guards against somebody else's."""
    options = writing(scope, shown, 200)
    options["response"] |= {412: Problem}
    extra = options["openapi_extra"]
    parameters = [*extra["parameters"], DOCUMENTED]
    return options | {"openapi_extra": extra | {"parameters": parameters}}


def writing(scope: str, shown: Any, status: int = 201) -> dict[str, Any]:
    """Return the options of an operation that needs a token with `scope`."""
    refused = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), Problem)
    note = {"description": f"Needs a token with the scope `{scope}`."}
    return {
        "auth": Bearer(scope),
        "response": {status: shown} | refused,
        "openapi_extra": _KEY | note,
    }
