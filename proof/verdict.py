"""What came out of a case: figures, what could not be proven, and whether the promise held."""

from dataclasses import dataclass, field

from proof.tools import Tool, in_ci


class BrokenPromise(Exception):
    """The product did not do what it promises."""


class NotProven(Exception):
    """Something that the case needs is not on this machine."""


@dataclass
class Verdict:
    """The figures of one case, gathered while it runs."""

    name: str
    count: int
    figures: list[str] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    broken: str = ""

    def measured(self, figure: str) -> None:
        """Keep a figure for the verdict line."""
        self.figures.append(figure)

    def expect(self, held: object, promise: str) -> None:
        """Stop the case unless the promise held."""
        if not held:
            raise BrokenPromise(promise)

    def left_out(self, what: str, how: str) -> None:
        """Say that part of the case was not proven, and how it can be."""
        self.unproven.append(f"{what} NOT PROVEN: {how}")

    def has(self, tool: Tool, what: str) -> bool:
        """Whether `tool` is here; when it is not, say that `what` was not proven."""
        if not tool.path:
            self.left_out(what, tool.install)
        return bool(tool.path)

    @property
    def failed(self) -> bool:
        """Whether the run counts as a failure; in CI so does what was not proven."""
        return bool(self.broken) or (in_ci() and bool(self.unproven))

    def __str__(self) -> str:
        if self.broken:
            state = f"FAIL {self.broken}"
        elif self.figures:
            state = "PASS " + ", ".join(self.figures)
        else:
            return f"{self.name}: " + "; ".join(self.unproven).removeprefix(f"{self.name} ")
        return "; ".join([f"{self.name}: {state}", *self.unproven])
