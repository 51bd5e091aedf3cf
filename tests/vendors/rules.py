"""Rules that change the responses to some requests."""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule; `tests/vendors/__init__.py` documents the fields."""

    vendor: str | None = None
    kind: str | None = None
    match: str = ""
    times: int | None = 1
    skip: int = 0

    slow: float | None = 0
    hang: bool = False
    status: int = 0
    retry_after: float | str | None = None
    cut: Literal["", "before", "after", "body"] = ""
    garbage: bool = False
    gateway: int = 0
    error: str = ""
    html: bool = False
    empty: bool = False
    half: bool = False
    refuse: bool | str = False
    answer: str | None = None
    polls: int = 1
    takes: float | None = 0
    throttled: int = 0
    fail: str = ""
    stop: bool = False
    megabytes: float = 0
    deliver: Literal["", "inline", "uri"] = ""

    def matches(self, vendor: str, kind: str, body: str) -> bool:
        """Return whether the rule applies to this request."""
        return (
            self.vendor in {None, vendor}
            and self.kind in {None, kind}
            and (not self.match or self.match in body)
        )


@dataclass
class ActiveRule:
    """A rule, and how many more times it applies."""

    rule: Rule
    left: int | None = field(init=False)
    skip: int = field(init=False)

    def __post_init__(self) -> None:
        self.left, self.skip = self.rule.times, self.rule.skip

    def take(self) -> bool:
        """Count a matching request; return whether the rule applies to it."""
        if self.skip:
            self.skip -= 1
            return False
        if self.left is None:
            return True
        self.left -= 1
        return self.left >= 0


class Rules:
    """All rules; the caller must hold the lock of the state."""

    def __init__(self) -> None:
        self._active: list[ActiveRule] = []

    def add(self, fields: dict[str, Any]) -> None:
        """Add a rule, those with `times=None` last. Raises TypeError for an unknown field."""
        self._active.append(ActiveRule(Rule(**fields)))
        self._active.sort(key=lambda active: active.rule.times is None)

    def take(self, vendor: str, kind: str, body: str) -> Rule:
        """Return the rule for this request, by default one without effect."""
        for active in self._active:
            if active.rule.matches(vendor, kind, body) and active.left != 0 and active.take():
                return active.rule
        return Rule()

    def need_bodies(self) -> bool:
        """Return whether a rule matches against the bodies of requests."""
        return any(active.rule.match for active in self._active)
