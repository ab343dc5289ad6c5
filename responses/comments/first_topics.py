"""The dictionary as it begins; OPDC goes on from here on a page."""

TOPICS = [
    {
        "code": "danger",
        "name_th": "อันตราย",
        "name_en": "Danger",
        "names_danger": True,
        "words": "อันตราย\nบาดเจ็บ\nทำร้าย\nขู่ฆ่า\nจะฆ่า\nฆ่าตัวตาย\nอยากตาย\nไฟไหม้\nไฟดูด\nไฟฟ้าดูด\nไฟรั่ว\n"
        "ไฟฟ้ารั่ว\nแก๊สรั่ว\nข่มขู่\nคุกคาม\nลวนลาม\nอาวุธ\nพื้นถล่ม\nเพดานถล่ม\n"
        "danger\nunsafe\ninjur\nassault\nthreaten\nsuicid\nkill myself\nelectric shock\n"
        "electrocut\nharass\nweapon\ngas leak\ncaught fire\non fire",
        "except_for": "ไม่อันตราย\nไม่เป็นอันตราย\nไม่มีอันตราย\nno danger\nnot danger",
    },
    {
        "code": "waiting",
        "name_th": "การรอคอย",
        "name_en": "Waiting",
        "words": "รอนาน\nรอคิว\nคิวยาว\nรอหลายชั่วโมง\nรอเป็นชั่วโมง\nล่าช้า\nช้ามาก\nเสียเวลา\nจองคิว\n"
        "wait\nqueue\nslow\ndelay\ntook too long",
    },
    {
        "code": "staff",
        "name_th": "เจ้าหน้าที่",
        "name_en": "Staff",
        "words": "เจ้าหน้าที่\nพนักงาน\nพูดจา\nสุภาพ\nหน้าบึ้ง\nไม่เต็มใจ\nstaff\nofficer\npolite\nrude",
    },
    {
        "code": "documents",
        "name_th": "เอกสารและขั้นตอน",
        "name_en": "Documents and steps",
        "words": "เอกสาร\nสำเนา\nแบบฟอร์ม\nขั้นตอน\nยุ่งยาก\ndocument\nform\npaperwork\nphotocop\nsteps",
        "except_for": "inform",
    },
    {
        "code": "online",
        "name_th": "ระบบออนไลน์",
        "name_en": "Online system",
        "words": "ระบบล่ม\nล่มบ่อย\nเว็บ\nแอป\nออนไลน์\nเข้าระบบ\nระบบช้า\nค้าง\nwebsite\napp\nonline\n"
        "log in\nlogin\ncrash",
        "except_for": "appoint\nappli\napply\nappro\nappear\nค้างคืน\nค้างชำระ",
    },
    {
        "code": "place",
        "name_th": "สถานที่",
        "name_en": "Place",
        "words": "ที่จอดรถ\nห้องน้ำ\nที่นั่ง\nสถานที่\nแอร์\nร้อนมาก\nทางลาด\nparking\ntoilet\nseat\nramp\n"
        "air condition",
    },
    {
        "code": "fees",
        "name_th": "ค่าธรรมเนียม",
        "name_en": "Fees",
        "words": "ค่าธรรมเนียม\nค่าบริการ\nแพง\nราคา\nfee\nexpensive\nprice",
        "except_for": "feel\nfeed",
    },
    {
        "code": "integrity",
        "name_th": "ความโปร่งใส",
        "name_en": "Integrity",
        "words": "สินบน\nใต้โต๊ะ\nทุจริต\nเรียกเงิน\nเส้นสาย\nลัดคิว\nแซงคิว\nbribe\ncorrupt\nunder the table",
    },
]
