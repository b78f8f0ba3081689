"""Which face answers where."""

from django.urls import include, path

from console.views.lost import lost
from console.views.untaken import not_here
from publishing.unavailable import trouble

urlpatterns = [
    path("console/", include("console.urls")),
    path("api/v3/", include("api.urls")),
    path("mail/", include("api.mail_events")),
    path("", include("publishing.urls")),
]

handler400 = not_here
handler404 = lost
handler500 = trouble
