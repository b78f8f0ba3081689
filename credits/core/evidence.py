"""Evidence: canonical JSON from which a class's result can be worked out again, byte for byte."""

import hashlib
import json
import zoneinfo
from collections.abc import Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from credits.core.assessment import Assessment, Exposure, LeftOut, Outage, assess
from credits.core.periods import Period
from credits.core.policies import Policy
from incidents.core.intervals import Span


def canonical(value: object) -> str:
    """Return JSON that is the same bytes for the same content: sorted, tight, without floats."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    """Return the hexadecimal digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def evidence(policy_body: Mapping[str, Any], exposure: Exposure, tz_data: str) -> str:
    """Return what was known, what was decided and why, as canonical JSON."""
    assessment = assess(Policy.parse(policy_body), exposure)
    return canonical(
        {
            "format": 1,
            "policy": policy_body,
            "tz_data": tz_data,
            **_inputs(exposure),
            "result": _result(exposure, assessment),
        }
    )


def reproduce(text: str) -> str:
    """Return the evidence worked out again from its own inputs."""
    stored = json.loads(text)
    period = stored["period"]
    exposure = Exposure(
        period=Period(period["label"], _span(period["span"]), period["months"]),
        active=_span(stored["active"]),
        outages=[_outage(outage) for outage in stored["outages"]],
        left_out=[LeftOut(**left) for left in stored["left_out"]],
        as_of=_moment(stored["as_of"]),
    )
    return evidence(stored["policy"], exposure, stored["tz_data"])


def tz_data_version() -> str:
    """Return the version of the time zone rules in use ("2026a")."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / "tzdata.zi").is_file():
            return (folder / "tzdata.zi").read_text().split("\n", 1)[0].removeprefix("# version ")
        if (folder / "UTC").is_file():
            return "system"
    return metadata.version("tzdata")


def _inputs(exposure: Exposure) -> dict[str, Any]:
    period = exposure.period
    return {
        "period": {"label": period.label, "span": _stamps(period.span), "months": period.months},
        "active": _stamps(exposure.active),
        "as_of": _stamp(exposure.as_of),
        "left_out": [{"ref": left.ref, "why": left.why} for left in exposure.left_out],
        "outages": [
            {
                "start": _stamp(outage.start),
                "end": _stamp(outage.end),
                "status": str(outage.status),
                "ref": outage.ref,
            }
            for outage in exposure.outages
        ],
    }


def _result(exposure: Exposure, assessment: Assessment) -> dict[str, Any]:
    return {
        "downtime_seconds": str(assessment.downtime),
        "period_seconds": exposure.period.seconds,
        "uptime_pct": str(assessment.uptime),
        "share": str(assessment.share),
        "words": assessment.words,
        "capped": assessment.capped,
        "provisional": assessment.provisional,
        "reason": assessment.reason,
        "counted": {
            weight: [_stamps(span) for span in spans]
            for weight, spans in assessment.counted.items()
        },
    }


def _stamp(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _stamps(span: Span) -> list[str]:
    return [span.start.isoformat(), span.end.isoformat()]


def _moment(stamp: str | None) -> datetime | None:
    return datetime.fromisoformat(stamp) if stamp else None


def _span(stamps: list[str]) -> Span:
    return Span(datetime.fromisoformat(stamps[0]), datetime.fromisoformat(stamps[1]))


def _outage(stored: dict[str, Any]) -> Outage:
    start = datetime.fromisoformat(stored["start"])
    return Outage(start, _moment(stored["end"]), stored["status"], stored["ref"])
