"""The rules, one a file. Their parameters are declared by the wave (surveys/screening.py)."""

from responses.screening.rule import Rule
from responses.screening.rules.at_once import AtOnce
from responses.screening.rules.burst import Burst
from responses.screening.rules.kiosk_limit import KioskLimit
from responses.screening.rules.late import Late
from responses.screening.rules.near_copies import NearCopies
from responses.screening.rules.opening_hours import OpeningHours
from responses.screening.rules.pasted_text import PastedText
from responses.screening.rules.same_device import SameDevice
from responses.screening.rules.same_pace import SamePace
from responses.screening.rules.straight_lined import StraightLined
from responses.screening.rules.target_time import TargetTime
from responses.screening.rules.too_fast import TooFast
from responses.screening.rules.way_share import WayShare

RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Burst(),
        SameDevice(),
        NearCopies(),
        SamePace(),
        TargetTime(),
        TooFast(),
        PastedText(),
        OpeningHours(),
        StraightLined(),
        Late(),
        AtOnce(),
        KioskLimit(),
        WayShare(),
    )
}
