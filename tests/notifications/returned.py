"""Bounces and complaints as mail servers write them."""

FAILED = """\
Return-Path: <>
To: {to}
From: Mail Delivery System <mailer-daemon@mx.example.net>
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Mon, 2 Mar 2026 12:00:00 +0000

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.com
Diagnostic-Code: smtp; {diagnostic}

--=_b
Content-Type: text/rfc822-headers

From: status@localhost
Subject: [Example Mail] Mail cannot be read

--=_b--
"""

SPAM = """\
To: fbl@example.org
From: feedback@provider.example
Subject: FW: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=_b"

--=_b
Content-Type: text/plain

This is an email abuse report.

--=_b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{to}>

--=_b
Content-Type: message/rfc822

From: status@localhost
Subject: [Example Mail] Mail cannot be read

Body.

--=_b--
"""


def failed(
    to: str,
    *,
    status: str = "5.1.1",
    diagnostic: str = "550 5.1.1 <ada@example.com>: no such user",
    action: str = "failed",
    recipient: str = "ada@example.com",
) -> bytes:
    """A bounce as Postfix writes it."""
    words = {"status": status, "diagnostic": diagnostic, "action": action}
    return _wire(FAILED.format(to=to, recipient=recipient, **words))


def complained(to: str) -> bytes:
    """A complaint as feedback loops write it (RFC 5965)."""
    return _wire(SPAM.format(to=to))


def _wire(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()
