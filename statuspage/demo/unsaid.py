"""What the demo keeps ready: templates, a draft, a scheduled word, a pinned one, a translation."""

from datetime import datetime
from typing import Any, Final

from incidents.models import (
    Announcement,
    Draft,
    Incident,
    IncidentTemplate,
    PrivateNote,
    UpdateText,
)
from statuspage.demo.activity import AGAIN, INDEX
from statuspage.demo.company import MAILSTORE
from statuspage.demo.scene import Scene

TEMPLATES: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": "A component cannot be reached",
        "kind": "incident",
        "title": "{{component}} cannot be reached",
        "body": "Since {{start}} {{component}} cannot be reached. We are looking into it, and say "
        "more by {{next_update}}.",
        "status": "investigating",
        "next_update_minutes": 30,
    },
    {
        "name": "Still working on it",
        "kind": "update",
        "body": "Nothing has changed since our last word; we are still working on it. The next "
        "update comes by {{next_update}}, sooner if there is something to say.",
        "next_update_minutes": 60,
    },
    {
        "name": "It is over",
        "kind": "update",
        "body": "{{components}} works again, and has been watched for half an hour. Mail that "
        "waited has been delivered.",
        "status": "resolved",
    },
)

GERMAN: Final = """
Der Aktivitätsverlauf zeigt Nachrichten verspätet oder gar nicht. Bei einem geplanten Umzug unserer
vier Datenbankserver in einen anderen Schrank, einer nach dem anderen, ist der Datenstrom von der
Datenbank zum Suchindex abgerissen. Die Post selbst wird wie gewohnt gesendet und zugestellt.
"""
ARABIC: Final = """
يعرض سجل النشاط الرسائل متأخرة أو لا يعرضها. أثناء نقل مخطط له لخوادم قاعدة البيانات الأربعة
إلى خزانة أخرى، واحدًا تلو الآخر، انقطع تدفق البيانات من قاعدة البيانات إلى فهرس البحث.
أما البريد نفسه فيُرسل ويُسلَّم كالمعتاد.
"""
GERMAN_PIN: Final = """
Sie kommen jetzt von status@example.com. Wenn Ihre Filter nur bekannte Absender durchlassen, fügen
Sie die Adresse bitte hinzu; sonst ändert sich nichts.
"""
ARABIC_PIN: Final = """
تصل الآن من status@example.com. إن كانت مرشحاتك لا تقبل إلا مرسلين معروفين فأضف هذا العنوان إليها؛
ولا يتغير شيء آخر.
"""


def keep_ready(scene: Scene, *, at: datetime) -> None:
    """Keep words ready, and say what was scheduled to be said."""
    _write_templates(scene, at)
    _keep_drafts(scene, at)
    _pin(scene)
    _stand_beside(scene)


def _write_templates(scene: Scene, at: datetime) -> None:
    levels = {scene.component(MAILSTORE).public_id: "major_outage"}
    for number, template in enumerate(TEMPLATES):
        more: dict[str, Any] = {} if number else {"levels": levels}
        IncidentTemplate.write(scene.page, **template, **more, by=scene.by, at=at)


def _keep_drafts(scene: Scene, at: datetime) -> None:
    pen = scene.pen("2 hours ago")
    Draft.keep(
        scene.page,
        "update",
        {
            "headline": "The rebuilt index is being compared",
            "body": "We compare the rebuilt index with the database, message by message, before "
            "the feed reads from it again.",
            "next_update_minutes": 240,
        },
        incident=_incident(scene, AGAIN),
        **pen,
    )
    later = Draft.keep(
        scene.page,
        "announcement",
        {
            "title": "Two more ways to be told",
            "body": "You can now be told of incidents by a signed webhook and by feed, too, for "
            "all of Northmail or for the components that you use.",
        },
        **pen,
    )
    later.schedule(scene.clock("2 days ahead, 10:00"), **pen)


def _pin(scene: Scene) -> None:
    scene.page.change(languages=["de", "ar"], **scene.pen("9 days ago, 08:00"))
    pinned = Announcement.publish(
        scene.page,
        title="Mails of this page have a new sender",
        body="They come from status@example.com now. If your filters only let known senders in, "
        "please add it; nothing else changes.",
        pinned=True,
        ends_at=scene.clock("20 days ahead, 10:00"),
        notify=scene.notify,
        **scene.pen("4 days ago, 10:00"),
    )
    _translate(scene, pinned, "4 days ago, 10:05", de=GERMAN_PIN, ar=ARABIC_PIN)


def _stand_beside(scene: Scene) -> None:
    index = _incident(scene, INDEX)
    PrivateNote.write(
        index,
        "The vendor of the search index has been called, ticket 4711. Please do not restart the "
        "plug-in again before they have looked.",
        **scene.pen("5 days ago, 16:00"),
    )
    _translate(scene, index, "9 days ago, 08:30", de=GERMAN, ar=ARABIC)


def _translate(scene: Scene, incident: Incident, at: str, **texts: str) -> None:
    """Tell the first update again; the later ones show what is said of a missing translation."""
    first = incident.updates.earliest("number")
    for language, text in texts.items():
        UpdateText.write(first, language, body=scene.words(text), **scene.pen(at))


def _incident(scene: Scene, key: str) -> Incident:
    external_id = scene.external_id(key)
    return scene.page.incidents.select_related("page").get(external_id=external_id)
