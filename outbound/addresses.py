"""Protection against server-side request forgery: which URLs and IP addresses are allowed.

Without it, a user could make the service send requests to machines that only it can reach. A host
is resolved once, and the connection goes to the address that was checked (no DNS rebinding).
"""

import ipaddress
import socket
import threading
import time
from collections.abc import Collection
from typing import TYPE_CHECKING

from errors import InvalidError, ServiceError, UpstreamError, UpstreamTimeoutError
from outbound.patience import Patience
from storage.locking.waiting import own_permit

if TYPE_CHECKING:
    import httpx2

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LOOKUP_SECONDS = 5.0  # of a request that names an address for later
_MIN_PORT = 1024  # lower ports belong to system services, which never serve web pages

# Global by Python's classification, but never the address of a server on the internet.
_RESERVED = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20"))
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class OutboundError(ServiceError):
    """Base class; the details, which are its text as well, name the host and the reason."""

    title = "Address could not be fetched"

    def __init__(self, reason: str) -> None:
        super().__init__(self.title, reason)

    def __str__(self) -> str:
        return str(self.details)


class UrlNotAllowedError(OutboundError, InvalidError, code="url_refused"):
    """A URL that is not fetched: malformed, not http(s), or not a public address."""

    title = "Address refused"


class PrivateAddressError(UrlNotAllowedError):
    """An address that is not public, and that no setting allows."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is not allowed: only public addresses are fetched.")

    def naming_setting(self) -> UrlNotAllowedError:
        """Return this error with what allows the address where a setting can."""
        return UrlNotAllowedError(f"{self} The setting INTRANET_HOSTS can allow this host.")


class FetchError(OutboundError, UpstreamError):
    """The host could not be reached, or its response cannot be used."""


class BodyTooLargeError(FetchError):
    """The response is larger than what is accepted."""


class FetchTimeoutError(OutboundError, UpstreamTimeoutError):
    """The host did not send a complete response in time."""

    title = "Address did not answer in time"


def parse_url(url: str, *, any_port: bool = False) -> "httpx2.URL":
    """Parse a URL. Raises UrlNotAllowedError unless it may be fetched."""
    import httpx2  # takes 70 ms, which only processes that fetch should pay

    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL as exc:
        raise UrlNotAllowedError(f"The URL is invalid: {exc}") from exc
    if parsed.scheme not in _DEFAULT_PORTS or not parsed.host:
        raise UrlNotAllowedError("The URL must start with http:// or https:// and a host.")
    if parsed.userinfo:
        raise UrlNotAllowedError("The URL must not contain a user name or password.")
    port = port_of(parsed)
    if not 0 < port < 65536 or not (any_port or port in (80, 443) or port >= _MIN_PORT):
        raise UrlNotAllowedError(f"Port {port} is not allowed; use 80, 443, or 1024 and above.")
    return parsed


def port_of(url: "httpx2.URL") -> int:
    """Return the port of a URL, explicit or the scheme's default."""
    return url.port if url.port is not None else _DEFAULT_PORTS.get(url.scheme, 0)


def same_origin(url: "httpx2.URL", other_url: str) -> bool:
    """Return whether two URLs have the same scheme, host and port."""
    import httpx2  # see above

    other = httpx2.URL(other_url)
    return (url.scheme, url.host, port_of(url)) == (other.scheme, other.host, port_of(other))


def resolve(host: str, port: int, patience: Patience, *, private: bool) -> list[str]:
    """Return the addresses of a host; all of them are public unless `private` is allowed.

    Raises UrlNotAllowedError, FetchError for an unknown name, FetchTimeoutError, and what the
    patience's check raises.
    """
    if not private and _is_local(host):
        raise PrivateAddressError(host)
    addresses = _lookup_in_time(host, port, patience)
    if not private and not all(is_public(ipaddress.ip_address(each)) for each in addresses):
        raise PrivateAddressError(host)
    return addresses


def check_allowed(url: str, allowed_hosts: Collection[str], *, any_port: bool = False) -> None:
    """Raise OutboundError if a URL may not be contacted now, or its host is unknown.

    `allowed_hosts` are those of the setting INTRANET_HOSTS.
    """
    parsed = parse_url(url, any_port=any_port)
    try:
        private = is_listed(parsed.host, allowed_hosts)
        patience = Patience(time.monotonic() + _LOOKUP_SECONDS)
        with own_permit():  # a lookup may take seconds
            resolve(parsed.host, port_of(parsed), patience, private=private)
    except PrivateAddressError as exc:
        raise exc.naming_setting() from None


def check_host(url: str, allowed_hosts: Collection[str]) -> None:
    """Raise UrlNotAllowedError if the host of a URL is itself a private address, or localhost.

    No name is looked up: `check_allowed` does so.
    """
    host = parse_url(url).host
    try:
        is_private = not is_public(ipaddress.ip_address(host))
    except ValueError:
        is_private = _is_local(host)
    if is_private and not is_listed(host, allowed_hosts):
        raise PrivateAddressError(host).naming_setting()


def is_listed(host: str, hosts: Collection[str]) -> bool:
    """Return whether a host is one of these, which are written as in INTRANET_HOSTS."""
    return _name(host) in map(_name, hosts)


def is_public(address: Address) -> bool:
    """Return whether an address is public; embedded IPv4 addresses are checked as well."""
    embedded = _embedded_ipv4(address)
    if embedded is not None:
        return is_public(embedded)
    if any(address in network for network in _RESERVED):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def lookup(host: str, port: int) -> list[str]:
    """Resolve a host with the system's resolver. Raises OSError, UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _is_local(host: str) -> bool:
    name = _name(host)
    return name == "localhost" or name.endswith(".localhost")


def _name(host: str) -> str:
    """Return a host's name as it is compared."""
    return host.lower().rstrip(".")


def _embedded_ipv4(address: Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that a NAT64, mapped or 6to4 IPv6 address stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _lookup_in_time(host: str, port: int, patience: Patience) -> list[str]:
    """Run `lookup` in a thread, since the system's resolver has no timeout."""
    found: list[str] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            found.extend(lookup(host, port))
        except (OSError, UnicodeError) as exc:
            failed.append(exc)

    thread = threading.Thread(target=run, daemon=True, name="lookup")
    thread.start()
    if not patience.join(thread):
        raise FetchTimeoutError(f"The DNS lookup of {host} timed out.")
    if failed or not found:
        raise FetchError(f"The host name {host} cannot be resolved.")
    return found
