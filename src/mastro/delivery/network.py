"""Servers that a company names: never one of the network that this installation stands in."""

import ipaddress
import socket

from mastro.delivery.webhooks import is_public


class PrivateAddressError(OSError):
    """A name leads into a private network."""


def addresses(host: str, port: int, *, public_only: bool) -> list[str]:
    """The addresses of a server. Raises PrivateAddressError where one of them is private and only public ones count.

    Whoever connects to one of these instead of to the name gains nothing by changing the name's address in between.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    listed = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in listed:
        # one private address among public ones is as good as none
        if public_only and not is_public(ipaddress.ip_address(address.partition("%")[0])):
            raise PrivateAddressError(f"{host} is not a server of the internet at large")
    return listed
