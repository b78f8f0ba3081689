"""What the console itself remembers."""

from console.models.submission import Submission

__all__ = ["Submission"]
