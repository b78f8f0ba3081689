"""What was published before revisions were kept becomes the first revision of each."""

import hashlib
import json
from datetime import UTC
from typing import Any, ClassVar

from django.db import migrations

ORDER = (
    "summary impact not_affected report earlier_conditions trigger contributing_factors detection "
    "recovery_attempts resolution went_well went_badly got_lucky what_you_can_do apology"
).split()


def keep_what_is_public(apps: Any, _schema_editor: Any) -> None:
    """Keep one revision of each published postmortem, and what lists tell of it."""
    revisions = apps.get_model("incidents", "PostmortemRevision").objects
    for postmortem in apps.get_model("incidents", "Postmortem").objects.filter(status="published"):
        snapshot = _snapshot(postmortem)
        text = json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        revisions.create(
            postmortem=postmortem,
            number=1,
            published_at=postmortem.published_at,
            author=postmortem.prepared_by,
            snapshot=snapshot,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
        )
        postmortem.edition = {name: snapshot[name] for name in ("title", "interim", "incidents")}
        postmortem.save(update_fields=["edition"])


def _snapshot(postmortem: Any) -> dict[str, Any]:
    sections = sorted(postmortem.sections.all(), key=lambda section: ORDER.index(section.kind))
    about = postmortem.incidents.order_by("started_at", "pk")
    return {
        "title": postmortem.title,
        "interim": postmortem.interim,
        "signatories": postmortem.signatories.splitlines(),
        "incidents": list(about.values_list("public_id", flat=True)),
        "sections": [_section(section) for section in sections],
        "timeline": [],
        "credit_statement": postmortem.credit_statement or None,
    }


def _section(section: Any) -> dict[str, Any]:
    dated = section.dated_at
    return {
        "kind": section.kind,
        "body": section.body,
        "html": section.html,
        "author": section.author,
        "dated_at": dated.astimezone(UTC).isoformat() if dated else None,
    }


class Migration(migrations.Migration):
    """Rows only."""

    dependencies: ClassVar = [("incidents", "0009_postmortems_whole")]
    operations: ClassVar = [
        migrations.RunPython(keep_what_is_public, migrations.RunPython.noop),
    ]
