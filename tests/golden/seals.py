"""The parts of a wave's seal.  Usage: python -m tests.golden.seals > FILE"""

import json
import sys
from hashlib import sha256
from pathlib import Path

from tests.golden.canonical import canonical

KEPT = Path(__file__).with_name("seals.json")
PLAIN = {
    "kind": "rating",
    "overall": False,
    "dimension": None,
    "en": "",
    "choices": [],
    "channels": [],
}
# In no order: the digest puts them in that of their positions, then of their codes.
QUESTIONS = [
    {
        **PLAIN,
        "code": "S1",
        "position": 2,
        "dimension": "staff",
        "th": "เจ้าหน้าที่สุภาพ",
        "en": "Polite staff",
        "channels": ["e_service", "counter"],
    },
    {**PLAIN, "code": "OV", "position": 0, "overall": True, "th": "ความพึงพอใจ", "en": "Overall"},
    {
        **PLAIN,
        "code": "P2",
        "position": 1,
        "th": 'ขั้นตอน "ชัดเจน"\n',
        "en": "Clear — 1/2 \\ steps",
        "later": {
            "hint_th": "คำแนะนำ",
            "hint_en": "Hint",
            "required": True,
            "may_not_apply": True,
            "group": "G",
            "relevant": "${OV} <= 2",
            "constraint": ". > 0",
            "constraint_message_th": "มากกว่าศูนย์",
            "constraint_message_en": "Over zero",
            "calculation": "1 + 1",
        },
    },
    {
        **PLAIN,
        "code": "D2",
        "position": 1,
        "kind": "single",
        "th": "เพศ",
        "choices": [{"code": "f", "th": "หญิง", "en": "Female"}, {"code": "m", "th": "ชาย"}],
        "later": {"required": False, "hint_en": ""},
    },
]
ADDED = [{**PLAIN, "code": "Q_1", "position": 1, "th": "คิวเร็ว", "en": "Short queue"}]
FRAME = [
    ["DLT-2", "e_service", "2026-10-01", "2027-09-30", 3000],
    ["DLT-1", "e_service", "2026-10-01", "2027-09-30", 1000],
    ["DLT-1", "counter", "2027-01-01", "2027-09-30", 0],
    ["DLT-1", "counter", "2026-10-01", "2026-12-31", 4000],
]
METHOD = {
    "version": "2026.1",
    "measure": "top_two_box",
    "target": 0.9,
    "level": 0.95,
    "weighting": "frame",
    "clusters": "none",
    "collapse_below": 2,
    "open_responses": "until_drawn",
    "screened": "set_aside",
    "screening": None,
}
USES = [
    {
        "agency": "DLT",
        "add_on": "Q v1",
        "service": None,
        "channel": "e_service",
        "since": "2026-10-01 01:30:00+00:00",
        "until": None,
    },
    {
        "agency": "DOPA",
        "add_on": "Q v1",
        "service": "DOPA-1",
        "channel": None,
        "since": "2026-10-02 01:30:00.000007+00:00",
        "until": "2026-11-01 17:00:00+00:00",
    },
]
RESULTS = [{"n": 49, "estimate": 0.9183673469387755, "small": 1e-07, "flags": [], "se": None}]


def digest(content):
    return sha256(canonical(content).encode()).hexdigest()


def questionnaire(questions):
    """One entry a question; what came later is in it only where it is set."""
    ordered = sorted(questions, key=lambda question: (question["position"], question["code"]))
    names = ("code", "kind", "overall", "dimension", "th", "en", "choices")
    return [
        {name: question[name] for name in names}
        | {"channels": sorted(question["channels"])}
        | {name: value for name, value in question.get("later", {}).items() if value}
        for question in ordered
    ]


def vectors():
    sealed = {
        "questionnaire": questionnaire(QUESTIONS),
        "method": METHOD,
        "frame": sorted(FRAME),
        "add-ons": [use | {"questions": digest(questionnaire(ADDED))} for use in USES],
        "results": RESULTS,
    }
    return {
        "given": {
            "questions": QUESTIONS,
            "added": ADDED,
            "frame": FRAME,
            "method": METHOD,
            "uses": USES,
            "results": RESULTS,
        },
        "texts": {part: canonical(content) for part, content in sealed.items()},
        "digests": {part: digest(content) for part, content in sealed.items()}
        | {"added": digest(questionnaire(ADDED)), "no add-ons": digest([])},
    }


def written():
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.stdout.write(written())
