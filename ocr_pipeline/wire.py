"""Messages between the worker and its warmed process: a length, then JSON or bytes; a descriptor beside."""

import json
import socket
import struct
from typing import Any

HEAD = struct.Struct("!Q")
MAX_MESSAGE_BYTES = 1024**3


class Closed(Exception):
    """The other side is gone."""


def send(connection: socket.socket, payload: bytes) -> None:
    """One message. Raises: Closed."""
    try:
        connection.sendall(HEAD.pack(len(payload)) + payload)
    except OSError as error:
        raise Closed from error


def receive(connection: socket.socket) -> bytes:
    """The next message. Raises: Closed."""
    (length,) = HEAD.unpack(exactly(connection, HEAD.size))
    if length > MAX_MESSAGE_BYTES:
        raise Closed
    return exactly(connection, length)


def exactly(connection: socket.socket, length: int) -> bytes:
    """So many bytes. Raises: Closed."""
    parts = bytearray()
    while len(parts) < length:
        try:
            part = connection.recv(min(length - len(parts), 1024**2))
        except OSError as error:
            raise Closed from error
        if not part:
            raise Closed
        parts += part
    return bytes(parts)


def send_json(connection: socket.socket, value: dict[str, Any]) -> None:
    """One message of JSON. Raises: Closed."""
    send(connection, json.dumps(value).encode())


def receive_json(connection: socket.socket) -> dict[str, Any]:
    """The next message, which is JSON. Raises: Closed."""
    value: dict[str, Any] = json.loads(receive(connection))
    return value


def send_descriptor(connection: socket.socket, descriptor: int | None) -> None:
    """A file, or the word that there is none. Raises: Closed."""
    try:
        if descriptor is None:
            connection.sendall(b"-")
        else:
            socket.send_fds(connection, [b"+"], [descriptor])
    except OSError as error:
        raise Closed from error


def receive_descriptor(connection: socket.socket) -> int | None:
    """The file that was sent, or None. Raises: Closed."""
    mark, descriptors, _flags, _address = socket.recv_fds(connection, 1, 1)
    if not mark:
        raise Closed
    return descriptors[0] if descriptors else None
