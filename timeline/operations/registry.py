"""The functions of the operations, by the names of these."""

from collections.abc import Callable

from timeline.edit import Edit, Operation

Function = Callable[[Edit, Operation], None]

OPERATIONS: dict[str, Function] = {}


def performs(name: str) -> Callable[[Function], Function]:
    """Decorate the function that performs an operation."""

    def add(function: Function) -> Function:
        OPERATIONS[name] = function
        return function

    return add
