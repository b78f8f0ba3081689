"""How many mails a second a provider takes."""


class Budget:
    """A bucket that fills steadily and holds one second's worth at most; 0 sets no limit."""

    def __init__(self, per_second: float, now: float) -> None:
        self._rate = per_second
        self._left, self._since = 1.0, now

    def take(self, now: float) -> bool:
        """Whether one more may go now; if so, it is counted."""
        if not self._rate:
            return True
        filled = self._left + (now - self._since) * self._rate
        self._left, self._since = min(filled, max(self._rate, 1.0)), now
        if self._left < 1:
            return False
        self._left -= 1
        return True
