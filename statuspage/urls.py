"""Which face answers where."""

from django.urls import include, path

from publishing.unavailable import trouble

urlpatterns = [
    path("console/", include("console.urls")),
    path("api/v3/", include("api.urls")),
    path("mail/", include("api.mail_events")),
    path("", include("publishing.urls")),
]

handler500 = trouble
