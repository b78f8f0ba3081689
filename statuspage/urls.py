"""Which face answers where."""

from django.urls import include, path

urlpatterns = [
    path("console/", include("console.urls")),
    path("api/v3/", include("api.urls")),
    path("", include("publishing.urls")),
]
