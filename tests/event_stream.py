"""Server-sent events from the real service."""

import http.client

from tests.service import Client

Event = dict[str, str]


class EventStream:
    """A stream of events at a path, over a connection of its own."""

    def __init__(self, client: Client, path: str, last_id: str | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=60)
        headers = {"Authorization": f"Bearer {client.token}"}
        headers |= {"Last-Event-ID": last_id} if last_id is not None else {}
        self._connection.request("GET", path, headers=headers)
        self.answer = self._connection.getresponse()

    def next_event(self) -> Event | None:
        """Return the next event; None at the end of the stream."""
        event: Event = {}
        while line := self.answer.readline():
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                event[name] = value
            elif "data" in event:
                return event
            else:
                event = {}
        return None

    def events(self) -> list[Event]:
        """Return all events until the end of the stream."""
        return list(iter(self.next_event, None))

    def close(self) -> None:
        self.answer.close()
        self._connection.close()
