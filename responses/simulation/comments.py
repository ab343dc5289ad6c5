"""What simulated citizens write: a few sentences, by how they rated."""

from __future__ import annotations

import numpy as np

SHARE = 0.03
"""Of those who answer more than the first question, so many write something."""
LOW = (
    "รอนานเกือบสองชั่วโมง เปิดช่องบริการไม่พอ",
    "ต้องมาถึงสามครั้ง เพราะแจ้งเอกสารไม่ครบตั้งแต่แรก",
    "ระบบจองคิวล่มบ่อย โทรสอบถามไม่มีคนรับสาย",
    "เจ้าหน้าที่พูดจาไม่สุภาพ",
    "The website is in Thai only, I had to ask a friend.",
)
MIDDLE = (
    "ที่จอดรถไม่พอ อยากให้ปรับปรุง",
    "ขั้นตอนเยอะไป น่าจะทำออนไลน์ได้ทั้งหมด",
    "ป้ายบอกทางไม่ชัดเจน",
)
HIGH = (
    "เจ้าหน้าที่สุภาพ บริการรวดเร็ว",
    "ทำออนไลน์สะดวกมาก ไม่ต้องลางาน",
    "อยากให้เปิดบริการวันเสาร์ด้วย",
    "Quick and friendly, thank you.",
)


def written(rng: np.random.Generator, rating: int) -> str:
    """A sentence, or nothing, as most write."""
    if rng.random() >= SHARE:
        return ""
    return str(rng.choice(LOW if rating <= 2 else MIDDLE if rating == 3 else HIGH))
