"""Names that columns have in files from elsewhere, in Thai and English."""

from __future__ import annotations

import re

NAMES: dict[str, tuple[str, ...]] = {
    "service": ("service", "servicecode", "serviceid", "servicename", "บริการ", "รหัสบริการ",
                "งานบริการ", "ชื่อบริการ"),
    "channel": ("channel", "channelcode", "method", "mode", "ช่องทาง", "ช่องทางการให้บริการ",
                "ช่องทางบริการ"),
    "service_point": ("servicepoint", "point", "branch", "office", "จุดบริการ", "สาขา",
                      "สำนักงานสาขา", "หน่วยบริการ"),
    "agency": ("agency", "agencycode", "department", "หน่วยงาน", "กรม", "รหัสหน่วยงาน", "ส่วนราชการ"),
    "time": ("submissiontime", "submissiondate", "submitdate", "answeredat", "timestamp",
             "createddate", "createdat", "datetime", "date", "time", "visitdate", "วันที่",
             "วันที่ตอบ", "วันเวลา", "ประทับเวลา", "วันที่ใช้บริการ", "เวลา"),
    "key": ("uuid", "instanceid", "key", "responseid", "rowid", "id", "no", "number", "เลขที่",
            "ลำดับ", "ลำดับที่", "รหัสคำตอบ"),
    "respondent": ("respondent", "respondentid", "personid", "ผู้ตอบ", "รหัสผู้ตอบ"),
    "weight": ("weight", "baseweight", "weights", "น้ำหนัก", "ค่าถ่วงน้ำหนัก"),
}  # fmt: skip
DESIGN: dict[str, tuple[str, ...]] = {
    "stratum": ("stratum", "strata", "stratumid", "sdmvstra", "vstrat", "ชั้นภูมิ"),
    "psu": ("psu", "psuid", "cluster", "clusterid", "sdmvpsu", "vpsu", "หน่วยตัวอย่างขั้นแรก"),
    "weight": (*NAMES["weight"], "wt", "finalweight", "samplingweight", "surveyweight"),
}
OVERALL = ("overall", "overallsatisfaction", "overallrating", "satisfaction", "rating", "score",
           "star", "stars", "raw", "ภาพรวม", "ความพึงพอใจ", "ความพึงพอใจโดยรวม",
           "ความพึงพอใจในภาพรวม", "คะแนน", "ระดับความพึงพอใจ", "ดาว")  # fmt: skip
COMMENT = ("comment", "comments", "suggestion", "suggestions", "feedback", "remark",
           "ข้อเสนอแนะ", "ความคิดเห็น", "ความเห็น", "หมายเหตุ")  # fmt: skip

RATING_WORDS: dict[str, tuple[str, ...]] = {
    "5": ("A5", "Very satisfied", "Extremely satisfied", "Completely satisfied", "Strongly agree",
          "เห็นด้วยอย่างยิ่ง", "เห็นด้วยมากที่สุด", "พึงพอใจอย่างยิ่ง", "ดีเยี่ยม", "Excellent", "Very good",
          "มากที่สุด", "พึงพอใจมากที่สุด", "พอใจมากที่สุด", "ดีมาก"),
    "4": ("A4", "Satisfied", "Somewhat satisfied", "Agree", "Somewhat agree", "เห็นด้วย",
          "เห็นด้วยมาก", "พอใจมาก", "Good", "มาก", "พึงพอใจมาก", "พึงพอใจ", "พอใจ", "ดี"),
    "3": ("A3", "Neutral", "Neither agree nor disagree", "พอใจปานกลาง", "เห็นด้วยปานกลาง",
          "ไม่แน่ใจ", "Neither satisfied nor dissatisfied", "Fair", "ปานกลาง", "เฉย ๆ",
          "เฉยๆ", "พึงพอใจปานกลาง", "พอใช้"),
    "2": ("A2", "Dissatisfied", "Somewhat dissatisfied", "Disagree", "Somewhat disagree",
          "ไม่เห็นด้วย", "พอใจน้อย", "เห็นด้วยน้อย", "Poor", "น้อย",
          "พึงพอใจน้อย", "ไม่พึงพอใจ", "ไม่พอใจ", "ควรปรับปรุง"),
    "1": ("A1", "Very dissatisfied", "Extremely dissatisfied", "Strongly disagree",
          "Completely dissatisfied", "ไม่เห็นด้วยอย่างยิ่ง", "พอใจน้อยที่สุด", "เห็นด้วยน้อยที่สุด",
          "Very poor", "น้อยที่สุด", "พึงพอใจน้อยที่สุด", "ไม่พึงพอใจอย่างยิ่ง",
          "ไม่พึงพอใจมาก", "ไม่พอใจมาก", "ต้องปรับปรุง"),
}  # fmt: skip
NO_ANSWER = ("9", "77", "88", "97", "98", "99", "-9", "-99", "-", "–", "N/A", "n/a", "NA", "#N/A",
             "NULL", "null", "None", "Don't know", "No answer", "ไม่ทราบ", "ไม่ตอบ", "ไม่ระบุ",
             "ไม่มีความเห็น", "ไม่เกี่ยวข้อง", "ไม่ทราบ/ไม่เกี่ยวข้อง")  # fmt: skip

_SEPARATORS = re.compile(r"[\s_\-.:/?*]+")
_PARTS = re.compile(r"[/\[\]]|\.\s|:\s")


def plain(name: str) -> str:
    """A name without what people write in different ways."""
    return _SEPARATORS.sub("", name).casefold()


def plain_names(column: str) -> list[str]:
    """What a column may be called: its whole name, and the parts of it: exports of Kobo and ODK
    put groups before it (`group/field`), LimeSurvey parts of a question after it (`code[SQ1]`,
    `code. text`)."""
    parts = [plain(part) for part in reversed(_PARTS.split(column))]
    return [plain(column), *(part for part in parts if part)]
