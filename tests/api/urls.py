"""The API alone, where the whole site puts it."""

from django.urls import include, path

urlpatterns = [path("api/v3/", include("api.urls"))]
