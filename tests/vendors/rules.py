"""What shall go wrong, and for which requests."""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a test wants of some requests; `tests/vendors/__init__.py` explains the fields."""

    vendor: str | None = None
    kind: str | None = None
    match: str = ""
    times: int | None = 1
    skip: int = 0

    slow: float = 0
    hang: bool = False
    status: int = 0
    retry_after: float | None = None
    cut: Literal["", "before", "after", "body"] = ""
    garbage: bool = False
    gateway: int = 0
    half: bool = False
    refuse: bool | str = False
    answer: str | None = None
    polls: int = 1
    takes: float = 0
    throttled: int = 0
    fail: str = ""
    stop: bool = False
    megabytes: float = 0
    deliver: Literal["", "inline", "uri"] = ""

    def fits(self, vendor: str, kind: str, body: str) -> bool:
        """Whether the rule is for this request."""
        return (
            self.vendor in {None, vendor}
            and self.kind in {None, kind}
            and (not self.match or self.match in body)
        )


@dataclass
class Standing:
    """A rule, and how often it is to be applied yet."""

    rule: Rule
    left: int | None = field(init=False)
    skip: int = field(init=False)

    def __post_init__(self) -> None:
        self.left, self.skip = self.rule.times, self.rule.skip

    def take(self) -> bool:
        """Whether the rule holds for the request that fits it now."""
        if self.skip:
            self.skip -= 1
            return False
        if self.left is None:
            return True
        self.left -= 1
        return self.left >= 0


class Rules:
    """All rules; the caller holds the lock of the state."""

    def __init__(self) -> None:
        self._standing: list[Standing] = []

    def add(self, given: dict[str, Any]) -> None:
        """Add a rule, those for always last. Raises TypeError for a field that rules don't have."""
        self._standing.append(Standing(Rule(**given)))
        self._standing.sort(key=lambda standing: standing.rule.times is None)

    def take(self, vendor: str, kind: str, body: str) -> Rule:
        """The rule for this request; one that changes nothing if there is none."""
        for standing in self._standing:
            if standing.rule.fits(vendor, kind, body) and standing.left != 0 and standing.take():
                return standing.rule
        return Rule()

    def need_bodies(self) -> bool:
        """Whether a rule looks into the bodies of requests."""
        return any(standing.rule.match for standing in self._standing)
