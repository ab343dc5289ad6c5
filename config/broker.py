"""The folder and Redis as brokers of which one broken message ends no worker.

kombu's own transports raise where a message cannot be read, and the worker ends. Jobs are rows of
the database, so a message costs nothing: it is kept in `refused/` for whoever wonders, and logged.
"""

from __future__ import annotations

import logging
import uuid
from base64 import b64decode
from contextlib import suppress
from pathlib import Path
from queue import Empty
from time import monotonic_ns
from typing import Any

from django.conf import settings
from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem, redis
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)


def install() -> None:
    """Take these for `filesystem://` and `redis://`."""
    TRANSPORT_ALIASES["filesystem"] = "config.broker:FolderTransport"
    over_redis: Any = redis
    over_redis.loads = read_or_refuse


def read(text: bytes | str) -> dict[str, Any]:
    """A message as kombu sends them. Raise ValueError."""
    message = loads(text.decode() if isinstance(text, bytes) else text)
    try:
        properties = message["properties"]
        properties["delivery_tag"], properties["delivery_info"]["exchange"]
        if properties.get("body_encoding") == "base64":
            b64decode(message["body"], validate=True)
        if not isinstance(message["headers"], dict) or not isinstance(message["body"], str):
            raise ValueError("no headers or no body")
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"not a message: {error!r}") from error
    return dict(message)


def read_or_refuse(text: bytes | str) -> dict[str, Any]:
    """The message. Raise Empty, as if there were none, where it is none."""
    try:
        return read(text)
    except ValueError as error:
        refuse(text if isinstance(text, bytes) else text.encode(errors="replace"), str(error))
        raise Empty from error


def refuse(raw: bytes, why: str) -> None:
    """Keep what cannot be read, and say so."""
    folder = Path(settings.DATA_DIR) / "refused"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{uuid.uuid4()}.msg"
    kept.write_bytes(raw)
    log.error("A message of the broker cannot be read (%s). It lies in %s.", why, kept)


# The library declares no types.
Channel: Any = filesystem.Channel


class FolderChannel(Channel):
    """Messages and exchanges are written under another name and renamed: nobody reads half."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        name = f"{monotonic_ns():020}_{uuid.uuid4()}.{queue}.msg"
        _write(Path(self.data_folder_out) / name, dumps(payload))

    def _get(self, queue: str) -> dict[str, Any]:
        folder = Path(self.data_folder_in)
        for name in sorted(file.name for file in folder.iterdir()):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = folder / f".taken-{name}"
            with suppress(OSError):  # another worker was faster
                (folder / name).rename(taken)
                raw = taken.read_bytes()
                taken.unlink()
                with suppress(Empty):
                    return read_or_refuse(raw)
        raise Empty

    def get_table(self, exchange: str) -> Any:
        self._heal(exchange)
        return super().get_table(exchange)

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        table = self.get_table(exchange)
        if bound in table:
            return
        try:
            self.control_folder.mkdir(exist_ok=True)
            _write(self._exchange_file(exchange), dumps([bound, *table]))
        except OSError as error:
            raise ChannelError(f"The folder of exchanges cannot be written: {error}") from error

    def _heal(self, exchange: str) -> None:
        """Put aside a table of an exchange that cannot be read; binding writes it anew."""
        file: Path = self._exchange_file(exchange)
        with suppress(FileNotFoundError):
            raw = file.read_bytes()
            try:
                [filesystem.exchange_queue_t(*row) for row in loads(raw.decode())]
            except (ValueError, TypeError) as error:
                refuse(raw, f"exchange {exchange}: {error}")
                file.unlink(missing_ok=True)


def _write(file: Path, text: str) -> None:
    new = file.with_name(f".new-{uuid.uuid4()}")
    new.write_text(text)
    new.rename(file)


class FolderTransport(filesystem.Transport):
    Channel = FolderChannel
