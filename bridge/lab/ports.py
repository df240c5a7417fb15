"""Free ports of the loopback."""

import socket
from contextlib import ExitStack


def free_ports(count: int) -> list[int]:
    """So many ports that nobody listens on now; all are held while the next is sought, so that no two are the same."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
