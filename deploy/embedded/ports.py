"""Free TCP ports on loopback, kept free for the stack that took them."""

import random
import socket
import sys

LOOPBACK = "127.0.0.1"

# Below Linux's range for outgoing connections (32768 on).
_FIRST, _LAST = 20_000, 32_000


class Ports:
    """Ports of one stack.

    On Linux each stays reserved until ``close``, also while its server is down for a moment: a socket that is bound
    but does not listen lets servers in (they all set SO_REUSEADDR) and keeps outgoing connections and other stacks out.
    """

    def __init__(self) -> None:
        self._reservations: list[socket.socket] = []
        self._candidates = iter(random.sample(range(_FIRST, _LAST), _LAST - _FIRST))

    def take(self) -> int:
        """A port on which nobody listens, never the same again. Raises ``OSError`` when there is none left."""
        for port in self._candidates:
            reservation = _reserve(port)
            if reservation is None:
                continue
            if sys.platform == "linux":
                self._reservations.append(reservation)
            else:
                reservation.close()
            return port
        raise OSError(f"expected a free port between {_FIRST} and {_LAST}")

    def close(self) -> None:
        """Give them all up."""
        for reservation in self._reservations:
            reservation.close()
        self._reservations.clear()


def _reserve(port: int) -> socket.socket | None:
    reservation = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # Without SO_REUSEADDR this fails where anybody else has the port, other stacks' reservations included.
        reservation.bind((LOOPBACK, port))
    except OSError:
        reservation.close()
        return None
    reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return reservation
