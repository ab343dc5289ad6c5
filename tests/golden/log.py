"""Commitments, leaves and roots of a small log.  Usage: python -m tests.golden.log > FILE"""

import json
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from tests.golden.canonical import canonical

KEPT = Path(__file__).with_name("log.json")
WAVE = "W1"
# What is committed to of a response beside its answers, in the order of docs/receipts.md.
COMMITTED = (
    "service",
    "channel",
    "service_point",
    "selection",
    "base_weight",
    "respondent",
    "source",
    "answered_at",
)
RESPONSES = [
    {
        "receipt": "7H2K-9QXM-4TWC",
        "salt": "AAECAwQFBgcICQoLDA0ODw",
        "service": "DLT-1",
        "channel": "counter",
        "service_point": None,
        "selection": "open",
        "base_weight": "1",
        "respondent": "",
        "source": "web",
        "answered_at": "2026-11-20T18:00:00+07:00",
        "states": [{"disposition": "counted", "answers": {"OV": 5}}],
    },
    {
        "receipt": "0123-4567-89AB",
        "salt": "EBESExQVFhcYGRobHB0eHw",
        "service": "DLT-2",
        "channel": "e_service",
        "service_point": "chatuchak",
        "selection": "drawn",
        "base_weight": "12.3456789012",
        "respondent": "p-17",
        "source": "file",
        "answered_at": "2026-11-22T23:59:59.999999+00:00",
        "states": [
            {
                "disposition": "counted",
                "answers": {
                    "OV": 1,
                    "P1": 0,
                    "D7": 'ช้า "มาก" \\ ฿\n\t\r\b\f\x01\x1f\x7f\u2028 🙂 é/</script>',
                    "D2": "f",
                    "M1": ["b", "a"],
                    "N1": 2.5,
                },
            }
        ],
    },
    {
        "receipt": "WXYZ-0000-AAAA",
        "salt": "ICEiIyQlJicoKSorLC0uLw",
        "service": "DOPA-1",
        "channel": "counter",
        "service_point": None,
        "selection": "open",
        "base_weight": "0.5",
        "respondent": "",
        "source": "kiosk",
        "answered_at": "2026-12-31T23:30:00+07:00",
        "states": [
            {"disposition": "counted", "answers": {"OV": 2}},
            {"disposition": "counted", "answers": {"OV": 2, "P1": 3}},
            {"disposition": "screened", "answers": {"OV": 2, "P1": 3}},
            {"disposition": "counted", "answers": {"OV": 2, "P1": 3}},
        ],
    },
    {
        "receipt": "EEEE-RRRR-AAAA",
        "salt": "MDEyMzQ1Njc4OTo7PD0-Pw",
        "service": "DLT-1",
        "channel": "e_service",
        "service_point": None,
        "selection": "open",
        "base_weight": "1.0000000001",
        "respondent": "",
        "source": "api",
        "answered_at": "2026-10-01T00:00:00+00:00",
        "states": [
            {"disposition": "counted", "answers": {"OV": 4}},
            {"disposition": "erased", "answers": {}},
        ],
    },
]


def opening(response, revision):
    """The three lines that are committed to."""
    said = {name: response[name] for name in COMMITTED}
    whole, _point, part = response["base_weight"].partition(".")
    said["base_weight"] = f"{whole}.{part:0<10}"
    moment = datetime.fromisoformat(response["answered_at"]).astimezone(UTC)
    said["answered_at"] = moment.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    said["wave"] = WAVE
    said["receipt"] = response["receipt"]
    said["revision"] = revision
    said |= response["states"][revision - 1]
    return "\n".join(("citizen-satisfaction response v1", response["salt"], canonical(said)))


def logged(response, revision):
    """The opening of one revision, the leaf and the leaf's hash."""
    disposition = response["states"][revision - 1]["disposition"]
    text = None if disposition == "erased" else opening(response, revision)
    leaf = canonical(
        {
            "wave": WAVE,
            "receipt": response["receipt"],
            "revision": revision,
            "disposition": disposition,
            "commitment": "" if text is None else sha256(text.encode()).hexdigest(),
        }
    )
    hashed = sha256(b"\x00" + leaf.encode()).hexdigest()
    return {"opening": text, "leaf": leaf, "leaf_hash": hashed}


def root(hashes):
    """RFC 9162, section 2.1.1, over the hashes of leaves."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"").digest()
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    return sha256(b"\x01" + root(hashes[:k]) + root(hashes[k:])).digest()


def vectors():
    leaves = [
        logged(response, revision)
        for response in RESPONSES
        for revision in range(1, len(response["states"]) + 1)
    ]
    hashes = [bytes.fromhex(leaf["leaf_hash"]) for leaf in leaves]
    return {
        "wave": WAVE,
        "committed": list(COMMITTED),
        "responses": RESPONSES,
        "leaves": leaves,
        "roots": [root(hashes[:size]).hex() for size in range(len(hashes) + 1)],
    }


def written():
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.stdout.write(written())
