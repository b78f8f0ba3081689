"""The addresses of the API below /api/v3/."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from api.face import build
from api.gate import gated, nowhere

api = build()


def _behind_gate(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = gated(pattern.callback)
    return patterns


operations, application, namespace = api.urls

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api:openapi-view")),
    path("", include((_behind_gate(operations), application), namespace=namespace)),
    path("<path:rest>", gated(nowhere)),
]
