from surveys.models.act import Act
from surveys.models.add_on import AddOn, AddOnUse
from surveys.models.entry import EntryPoint
from surveys.models.frame import Frame, FrameCell
from surveys.models.frozen import FrozenError
from surveys.models.language import Language
from surveys.models.lease import Lease
from surveys.models.mailing import Mailing, OptOut
from surveys.models.questionnaire import Dimension, Question, Questionnaire
from surveys.models.recording import Recording
from surveys.models.registry import Agency, Channel, Service, ServicePoint
from surveys.models.registry_file import RegistryFile
from surveys.models.sampling import (
    Ballot,
    Contact,
    CountedFromLog,
    Draw,
    DrawCell,
    Encounter,
    Invitation,
    WaveKey,
)
from surveys.models.snapshot import Snapshot
from surveys.models.strategy import Process, RegisterList, Undertaking
from surveys.models.two_people import TwoPeople
from surveys.models.user import User
from surveys.models.verified import IssuedToken, SpentToken, TokenKey
from surveys.models.wave import OpeningCounts, Wave

__all__ = [
    "Act",
    "AddOn",
    "AddOnUse",
    "Agency",
    "Ballot",
    "Channel",
    "Contact",
    "CountedFromLog",
    "Dimension",
    "Draw",
    "DrawCell",
    "Encounter",
    "EntryPoint",
    "Frame",
    "FrameCell",
    "FrozenError",
    "Invitation",
    "IssuedToken",
    "Language",
    "Lease",
    "Mailing",
    "OpeningCounts",
    "OptOut",
    "Process",
    "Question",
    "Questionnaire",
    "Recording",
    "RegisterList",
    "RegistryFile",
    "Service",
    "ServicePoint",
    "Snapshot",
    "SpentToken",
    "TokenKey",
    "TwoPeople",
    "Undertaking",
    "User",
    "Wave",
    "WaveKey",
]
