"""The platform's side: its checkpoints as signed notes, and the witnesses that it asks."""

from __future__ import annotations

import base64
import hashlib
from typing import NamedTuple
from urllib.parse import urlsplit

import requests
from django.conf import settings

from responses.ledger import checkpoints, tiles
from responses.ledger.notes import LOG, NoteError, Signer, Tree, Verifier, parts_of
from responses.models import Checkpoint
from surveys.hash_tree import consistency_spans
from surveys.models import Wave
from surveys.outside import post

CONFLICT = 409
LONGEST_SIZE = 18
OK = 200


class Asked(NamedTuple):
    """A witness that is asked: where it listens, and its key."""

    url: str
    key: Verifier

    @classmethod
    def read(cls, text: str) -> Asked:
        """From `https://witness.example name+hash+key`. Raise NoteError."""
        url, _space, key = text.strip().partition(" ")
        return cls(url.rstrip("/"), Verifier.read(key))


def host() -> str:
    """The name under which this platform's logs stand."""
    return urlsplit(settings.PUBLIC_URL).netloc


def verifier() -> Verifier:
    """The key for whoever checks a checkpoint, or runs a witness: it vouches for every log here."""
    return _signer(host()).verifier(LOG)


def signed(text: str) -> str:
    """The text, which ends with a line's end and is no checkpoint, as a note under that key."""
    return f"{text}\n{_signer(host()).sign(text)}"


def note_of(checkpoint: Checkpoint) -> str:
    """The checkpoint signed by the log, with what witnesses have added."""
    text = _text(checkpoint)
    return f"{text}\n{_signer(_origin(checkpoint.wave)).sign(text)}{checkpoint.cosignatures}"


def witnessed_by(checkpoint: Checkpoint) -> list[str]:
    """The names of the witnesses whose cosignature is kept."""
    if not checkpoint.cosignatures:
        return []
    return [name for name, _data in parts_of(note_of(checkpoint))[1][1:]]


def ask_witnesses() -> None:
    """Have the newest checkpoint of each log cosigned by each witness that has not done so. One
    that does not answer is asked again the next time."""
    asked = [Asked.read(text) for text in settings.WITNESSES]
    for wave in Wave.objects.exclude(state=Wave.State.DRAFT) if asked else ():
        if checkpoint := checkpoints.latest(wave):
            for witness in asked:
                if witness.key.name not in witnessed_by(checkpoint):
                    _ask(witness, checkpoint)


def _ask(witness: Asked, checkpoint: Checkpoint) -> None:
    known = Checkpoint.objects.filter(
        wave=checkpoint.wave, cosignatures__contains=f" {witness.key.name} "
    )
    newest = known.order_by("-size").first()
    size = newest.size if newest else 0
    for _attempt in range(2):
        answer = _post(witness, checkpoint, size)
        if answer is None:
            return
        status, text = answer
        if status == CONFLICT and text.strip().isdecimal() and len(text) < LONGEST_SIZE:
            size = int(text)  # it knows more, or less, than was noted here
            if size > checkpoint.size:
                return
            continue
        if status == OK:
            _keep(witness, checkpoint, text)
        return


def _post(witness: Asked, checkpoint: Checkpoint, size: int) -> tuple[int, str] | None:
    """The status and the body that it answers; None where it does not."""
    spans = consistency_spans(size, checkpoint.size)
    steps = tiles.roots_over(checkpoint.wave, spans) if spans else []
    lines = [f"old {size}", *(base64.b64encode(step).decode() for step in steps)]
    body = "\n".join(lines) + "\n\n" + note_of(checkpoint)
    try:
        status, answer = post(f"{witness.url}/add-checkpoint", body.encode())
    except requests.RequestException:
        return None
    return status, answer.decode(errors="replace")


def _keep(witness: Asked, checkpoint: Checkpoint, lines: str) -> None:
    """Only what the witness's key has signed."""
    try:
        known = witness.key.time_of(f"{_text(checkpoint)}\n{lines}")
    except NoteError:
        return
    if known is None:
        return
    for line in lines.splitlines(keepends=True):
        if witness.key.time_of(f"{_text(checkpoint)}\n{line}") is not None:
            checkpoint.cosignatures += line
            checkpoint.save(update_fields=["cosignatures"])
            return


def _text(checkpoint: Checkpoint) -> str:
    root = bytes.fromhex(checkpoint.root)
    return str(Tree(_origin(checkpoint.wave), checkpoint.size, root))


def _origin(wave: Wave) -> str:
    return f"{host()}/log/{wave.code}"


def _signer(name: str) -> Signer:
    return Signer(name, hashlib.sha256(settings.LOG_KEY.encode()).digest())
