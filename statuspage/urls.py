"""Which face answers where."""

from django.urls import include, path

from console.views.lost import lost
from publishing.unavailable import trouble

urlpatterns = [
    path("console/", include("console.urls")),
    path("api/v3/", include("api.urls")),
    path("mail/", include("api.mail_events")),
    path("", include("publishing.urls")),
]

handler404 = lost
handler500 = trouble
