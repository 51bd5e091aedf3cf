"""Which addresses this service may be sent to: the public internet, and what a setting allows.

Whoever names an address could otherwise have the service ask machines that only it can reach. A
name is looked up once, and the connection goes to the very address that was checked.
"""

import ipaddress
import socket
import threading
from typing import TYPE_CHECKING

from outbound.errors import FetchError, FetchTimeoutError, RefusedAddressError

if TYPE_CHECKING:
    import httpx2

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_PORTS = {"http": 80, "https": 443}
_ORDINARY_PORT = 1024  # below are services of the system, which never mean a web page

# Public as Python has it, but of a kind that no server on the internet has.
_SPECIAL = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20"))
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def parse_url(url: str, *, any_port: bool = False) -> "httpx2.URL":
    """The parts of an address. Raises RefusedAddressError unless it is one that may be fetched."""
    import httpx2  # takes 70 ms, which only those need who fetch

    try:
        address = httpx2.URL(url)
    except httpx2.InvalidURL as exc:
        raise RefusedAddressError(f"The address cannot be understood: {exc}") from exc
    if address.scheme not in _PORTS or not address.host:
        raise RefusedAddressError("The address must begin with http:// or https:// and a host.")
    if address.userinfo:
        raise RefusedAddressError("The address must not hold a user name or password.")
    port = port_of(address)
    if not 0 < port < 65536 or not (any_port or port in (80, 443) or port >= _ORDINARY_PORT):
        raise RefusedAddressError(f"Port {port} is refused; expected 80, 443, or 1024 and above.")
    return address


def port_of(address: "httpx2.URL") -> int:
    """The port of an address, told or not."""
    return address.port if address.port is not None else _PORTS.get(address.scheme, 0)


def same_origin(address: "httpx2.URL", origin: str) -> bool:
    """Whether an address has the scheme, host and port of another."""
    import httpx2  # see above

    other = httpx2.URL(origin)
    ours = (address.scheme, address.host, port_of(address))
    return ours == (other.scheme, other.host, port_of(other))


def resolve(host: str, port: int, seconds: float, *, private: bool) -> list[str]:
    """The addresses of a host, all of them public unless they may be private.

    Raises RefusedAddressError, FetchError for an unknown name, FetchTimeoutError.
    """
    name = host.lower().rstrip(".")
    if not private and (name == "localhost" or name.endswith(".localhost")):
        raise _refused(host)
    found = _looked_up(host, port, seconds)
    if not private and not all(is_public(ipaddress.ip_address(address)) for address in found):
        raise _refused(host)
    return found


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, also in the forms that hold an IPv4 one."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    if any(address in network for network in _SPECIAL):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def lookup(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host. Raises OSError, UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _inner(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to by itself, if it is of such a form."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _looked_up(host: str, port: int, seconds: float) -> list[str]:
    """In a thread of its own: the system's lookup knows no time limit."""
    found: list[str] = []
    failed: list[Exception] = []

    def look() -> None:
        try:
            found.extend(lookup(host, port))
        except (OSError, UnicodeError) as exc:
            failed.append(exc)

    thread = threading.Thread(target=look, daemon=True, name="lookup")
    thread.start()
    thread.join(max(seconds, 0))
    if thread.is_alive():
        raise FetchTimeoutError(f"{host} could not be looked up in time.")
    if failed or not found:
        raise FetchError(f"{host} is not a name that can be looked up.")
    return found


def _refused(host: str) -> RefusedAddressError:
    return RefusedAddressError(f"{host} is refused: only public addresses are fetched.")
