"""A lease that asks no database."""

from publishing.elsewhere.pushing import Lease


class Held(Lease):
    """Held or not, as the test says."""

    held = True

    def start(self) -> None:
        """Ask nobody."""

    def stop(self, patience: float) -> None:
        """Leave nothing."""

    def is_held(self) -> bool:
        """Whether the test lets us."""
        return self.held
