"""Who answered what, as it is stored."""

from responses.models.collecting_system import CollectingSystem
from responses.models.comment import Comment
from responses.models.complaint_words import ComplaintWords
from responses.models.device_key import DeviceKey
from responses.models.digest import Digest
from responses.models.import_job import ImportJob, SavedMapping
from responses.models.improvement import Improvement
from responses.models.later_rating import LaterRating
from responses.models.ledger import Checkpoint, Leaf, Tile
from responses.models.response import (
    BY_PROGRAMS,
    RECEIPT_ALPHABET,
    TRACELESS,
    JournalEntry,
    Kiosk,
    Response,
    Revision,
    new_receipt,
    new_receipts,
    new_salt,
    new_salts,
)
from responses.models.screening import AgencyScreening, Flag, KeptPart, Overruling, Unscreened
from responses.models.topic import Topic

__all__ = [
    "BY_PROGRAMS",
    "RECEIPT_ALPHABET",
    "TRACELESS",
    "AgencyScreening",
    "Checkpoint",
    "CollectingSystem",
    "Comment",
    "ComplaintWords",
    "DeviceKey",
    "Digest",
    "Flag",
    "ImportJob",
    "Improvement",
    "JournalEntry",
    "KeptPart",
    "Kiosk",
    "LaterRating",
    "Leaf",
    "Overruling",
    "Response",
    "Revision",
    "SavedMapping",
    "Tile",
    "Topic",
    "Unscreened",
    "new_receipt",
    "new_receipts",
    "new_salt",
    "new_salts",
]
