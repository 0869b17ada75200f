"""The week in three languages: every word that is ours. Names, addresses and notes stay as they were written.

Arabic is that of newspapers, with the digits and the names of months that everyone reads; hours are said by words
(« from … to … »), for two numbers around a dash turn with the direction of the line. No vowel signs: readers do
without, and a sign above a letter has no text of its own in a PDF.
"""

from dataclasses import dataclass

from actors.models import FoodService

FRENCH, ENGLISH, ARABIC = "fr", "en", "ar"


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    """In itself."""
    direction: str
    words: dict[str, str]
    weekdays: tuple[str, ...]
    """Monday first."""
    each_weekday: tuple[str, ...]
    """As in « closed on Mondays »."""
    months: tuple[str, ...]
    half_days: dict[str, str]
    kinds: dict[str, str]
    publics: dict[str, str]
    conditions: dict[str, str]
    """In a word or two, by ``<field>_<code>``; what has none here goes without saying."""
    sentences: dict[str, str]
    """The same, said to a person."""


WORDS = {
    # Titles and headings
    "title": ("L’aide alimentaire, jour par jour", "Food help, day by day", "المساعدة الغذائية يوما بيوم"),
    "period": ("du {start} au {end}", "from {start} to {end}", "من {start} إلى {end}"),
    "place": ("Lieu", "Place", "المكان"),
    "half_day": ("Moment", "Time of day", "الفترة"),
    "changes": ("Changements à noter", "Changes to note", "تغييرات يجب الانتباه إليها"),
    "alternate": ("Une semaine sur deux", "Every other week", "كل أسبوعين"),
    "unknown": (
        "Horaires non renseignés\u00a0: téléphonez",
        "Opening hours not known: please call",
        "أوقات العمل غير معروفة: يرجى الاتصال هاتفيا",
    ),
    "closed": ("Fermé pendant toute cette période", "Closed for the whole period", "مغلق طوال هذه الفترة"),
    "legend": ("Comment lire", "How to read this", "كيفية القراءة"),
    "today": ("aujourd’hui", "today", "اليوم"),
    "nothing": ("Aucun lieu ouvert.", "Nothing is open.", "لا يوجد مكان مفتوح."),
    "empty": (
        "Aucun lieu à montrer pour ces dates et ces choix.",
        "No place to show for these dates and choices.",
        "لا يوجد مكان لعرضه في هذه التواريخ.",
    ),
    "days": ("Jours", "Days", "الأيام"),
    # What is known of it
    "to_verify": ("à vérifier", "to be checked", "غير مؤكد"),
    "call_first": (
        "horaires à vérifier\u00a0: téléphonez avant de venir",
        "hours to be checked: call before you come",
        "أوقات غير مؤكدة: يرجى الاتصال قبل الحضور",
    ),
    "verified": ("Horaires vérifiés le {day}", "Hours checked on {day}", "تم التحقق من الأوقات في {day}"),
    "verified_count": (
        "Horaires vérifiés par {count} lieux sur {total}, depuis le {day}.",
        "Hours checked by {count} of {total} places, since {day}.",
        "تم التحقق من الأوقات في {count} من {total} أماكن منذ {day}.",
    ),
    "edition": ("Édition n°\u00a0{number} du {day}", "Edition {number}, {day}", "الطبعة رقم {number} بتاريخ {day}"),
    "state_on": ("État au {day}", "As of {day}", "بتاريخ {day}"),
    "revised": ("Revu tous les trois mois", "Revised every three months", "تراجع كل ثلاثة أشهر"),
    "live": ("La semaine à jour", "Always up to date", "النسخة المحدثة دائما"),
    "scan": (
        "Visez ce carré avec l’appareil photo de votre téléphone.",
        "Point your phone’s camera at this square.",
        "وجه كاميرا هاتفك نحو هذا المربع.",
    ),
    "contact": ("Se renseigner", "Ask someone", "للاستعلام"),
    "phone": ("Tél.", "Tel.", "هاتف:"),
    "for": ("Pour", "For", "مخصص لـ"),
    "comma": (", ", ", ", "، "),
    "and": (" et ", " and ", " و"),
    "homeless": (
        "Sans logement ce soir\u00a0? Appelez le 115. C’est gratuit, jour et nuit.",
        "Nowhere to sleep tonight? Call 115. It is free, day and night.",
        "بلا مأوى هذه الليلة؟ اتصل بالرقم 115 مجانا، ليلا ونهارا.",
    ),
    # Hours and dates
    "hours": ("{opens} – {closes}", "{opens} – {closes}", "من {opens} إلى {closes}"),
    "day_and_night": ("jour et nuit", "day and night", "ليلا ونهارا"),
    "ask": ("téléphonez pour savoir", "call to know", "يرجى الاتصال للتأكد"),
    "ask_hours": ("{hours} (à confirmer)", "{hours} (to be confirmed)", "{hours} (للتأكيد)"),
    "midnight": ("minuit", "midnight", "منتصف الليل"),
    "weeks_alternate": ("une semaine sur deux", "every other week", "كل أسبوعين"),
    "weeks_of_month": ("{ranks} du mois", "{ranks} of the month", "{ranks} من الشهر"),
    "weekday": ("{weekday} {day}", "{weekday} {day}", "{weekday} {day}"),
    # What differs from the week
    "closed_on": ("Fermé le {day}.", "Closed on {day}.", "مغلق يوم {day}."),
    "closed_between": ("Fermé du {start} au {end}.", "Closed from {start} to {end}.", "مغلق من {start} إلى {end}."),
    "closed_each": (
        "Fermé les {each}, du {start} au {end}.",
        "Closed on {each}, from {start} to {end}.",
        "مغلق أيام {each} من {start} إلى {end}.",
    ),
    "added_on": ("Ouvert le {day}\u00a0: {now}.", "Open on {day}: {now}.", "مفتوح يوم {day}: {now}."),
    "added_each": (
        "Ouvert les {each}, du {start} au {end}\u00a0: {now}.",
        "Open on {each}, from {start} to {end}: {now}.",
        "مفتوح أيام {each} من {start} إلى {end}: {now}.",
    ),
    "changed_on": (
        "Le {day}\u00a0: {now} au lieu de {instead}.",
        "On {day}: {now} instead of {instead}.",
        "يوم {day}: {now} بدلا من {instead}.",
    ),
    "changed_between": (
        "Du {start} au {end}\u00a0: {now} au lieu de {instead}.",
        "From {start} to {end}: {now} instead of {instead}.",
        "من {start} إلى {end}: {now} بدلا من {instead}.",
    ),
    "changed_each": (
        "Les {each}, du {start} au {end}\u00a0: {now} au lieu de {instead}.",
        "On {each}, from {start} to {end}: {now} instead of {instead}.",
        "أيام {each} من {start} إلى {end}: {now} بدلا من {instead}.",
    ),
    "alternating": ("{weekday}, {hours}\u00a0: {days}.", "{weekday}, {hours}: {days}.", "{weekday}، {hours}: {days}."),
    # What changed since an edition
    "since": (
        "Ce qui a changé depuis l’édition n°\u00a0{number} du {day}",
        "What changed since edition {number}, {day}",
        "ما تغير منذ الطبعة رقم {number} بتاريخ {day}",
    ),
    "unchanged": ("Rien n’a changé.", "Nothing has changed.", "لم يتغير شيء."),
    "added": ("nouveau", "new", "جديد"),
    "gone": ("n’y est plus", "no longer listed", "لم يعد مدرجا"),
    "hours_changed": ("Horaires\u00a0: {after}", "Hours: {after}", "الأوقات: {after}"),
    "place_changed": ("Adresse\u00a0: {after}", "Address: {after}", "العنوان: {after}"),
    "about_changed": ("Accueil\u00a0: {after}", "Access: {after}", "شروط الاستقبال: {after}"),
    "before": ("avant\u00a0: {before}", "before: {before}", "سابقا: {before}"),
    "none": ("aucun", "none", "لا شيء"),
    "hours_unknown": ("non renseignés", "not known", "غير معروفة"),
}
HALF_DAYS = {
    "morning": ("Matin", "Morning", "الصباح"),
    "afternoon": ("Après-midi", "Afternoon", "بعد الظهر"),
    "evening": ("Soir", "Evening", "المساء"),
}
WEEKDAYS = (
    ("lundi", "Monday", "الاثنين"),
    ("mardi", "Tuesday", "الثلاثاء"),
    ("mercredi", "Wednesday", "الأربعاء"),
    ("jeudi", "Thursday", "الخميس"),
    ("vendredi", "Friday", "الجمعة"),
    ("samedi", "Saturday", "السبت"),
    ("dimanche", "Sunday", "الأحد"),
)
MONTHS = (
    ("janvier", "January", "يناير"),
    ("février", "February", "فبراير"),
    ("mars", "March", "مارس"),
    ("avril", "April", "أبريل"),
    ("mai", "May", "مايو"),
    ("juin", "June", "يونيو"),
    ("juillet", "July", "يوليو"),
    ("août", "August", "أغسطس"),
    ("septembre", "September", "سبتمبر"),
    ("octobre", "October", "أكتوبر"),
    ("novembre", "November", "نوفمبر"),
    ("décembre", "December", "ديسمبر"),
)
RANKS = {
    "1": ("1er", "1st", "الأول"),
    "2": ("2e", "2nd", "الثاني"),
    "3": ("3e", "3rd", "الثالث"),
    "4": ("4e", "4th", "الرابع"),
    "5": ("5e", "5th", "الخامس"),
    "last": ("dernier", "last", "الأخير"),
}
# The French of these is the directory's own (``FoodService``).
KINDS = {
    "food_parcel": ("food parcel", "طرود غذائية"),
    "social_grocery": ("low-cost community grocery", "بقالة اجتماعية تضامنية"),
    "hot_meal": ("hot meal", "وجبات ساخنة"),
    "street_outreach": ("outreach team in the street", "فريق مساعدة متنقل في الشارع"),
    "food_voucher": ("food voucher", "قسائم غذائية"),
    "home_delivery": ("home delivery", "توصيل إلى المنزل"),
    "shared_kitchen": ("shared kitchen", "مطبخ مشترك"),
    "community_garden": ("community garden", "حديقة مشتركة"),
    "nutrition_workshop": ("cooking or nutrition workshop", "ورشة طبخ أو تغذية"),
    "logistics_hub": ("logistics hub", "منصة لوجستية"),
    "shared_storage": ("shared storage", "تخزين مشترك"),
    "day_centre": ("day centre", "مركز استقبال نهاري"),
    "clothing": ("clothing bank", "توزيع ملابس"),
}
PUBLICS = {
    "families": ("families", "العائلات"),
    "babies": ("babies and young children", "الرضع والأطفال الصغار"),
    "young": ("young people", "الشباب"),
    "students": ("students", "الطالبات والطلاب"),
    "women": ("women", "النساء"),
    "seniors": ("older people", "كبار السن"),
    "disabled": ("disabled people", "الأشخاص ذوي الإعاقة"),
    "homeless": ("people without a home", "الأشخاص بلا مأوى"),
    "exiled": ("exiled people", "اللاجئين والمهجرين"),
    "jobseekers": ("people looking for work", "الباحثين عن عمل"),
    "working": ("people in work", "الأشخاص العاملين"),
    "qpv_residents": (
        "residents of a priority neighbourhood",
        "سكان الأحياء ذات الأولوية",
    ),
}
CONDITIONS = {
    "fee_free": ("gratuit", "free", "مجاني"),
    "fee_contribution": ("participation demandée", "contribution asked", "بمساهمة مالية"),
    "fee_paid": ("payant", "to be paid", "بمقابل مالي"),
    "papers_no": ("sans papiers à montrer", "no papers needed", "بدون أوراق"),
    "papers_yes": ("papiers demandés", "papers needed", "الأوراق مطلوبة"),
    "referral_yes": ("sur orientation", "referral needed", "بتوجيه من خدمة اجتماعية"),
    "registration_no": ("sans inscription", "no registration", "بدون تسجيل"),
    "registration_yes": ("sur inscription", "registration needed", "التسجيل مطلوب"),
}
SENTENCES = {
    "fee_free": ("C’est gratuit.", "It is free.", "الخدمة مجانية."),
    "fee_contribution": ("Il faut payer une petite part.", "You pay a small part.", "يطلب دفع جزء صغير."),
    "fee_paid": ("C’est payant.", "You have to pay.", "الخدمة بمقابل مالي."),
    "papers_no": ("Pas besoin de papiers.", "You need no papers.", "لا حاجة إلى أوراق."),
    "papers_yes": ("Apportez vos papiers.", "Bring your papers.", "يرجى إحضار الأوراق."),
    "referral_yes": (
        "Demandez d’abord à un service social de vous y envoyer.",
        "First ask a social service to send you there.",
        "يجب أولا الحصول على توجيه من خدمة اجتماعية.",
    ),
    "registration_no": ("Pas besoin de s’inscrire.", "No need to register.", "لا حاجة إلى التسجيل."),
    "registration_yes": ("Inscrivez-vous avant de venir.", "Register before you come.", "يجب التسجيل قبل الحضور."),
}


def _language(code: str, name: str, direction: str, column: int) -> Language:
    def of(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
        return {key: row[column] for key, row in table.items()}

    weekdays = tuple(row[column] for row in WEEKDAYS)
    # « les lundis », "on Mondays", « أيام الاثنين »
    plural = {FRENCH: "s", ENGLISH: "s", ARABIC: ""}[code]
    return Language(
        code=code,
        name=name,
        direction=direction,
        words=of(WORDS),
        weekdays=weekdays,
        each_weekday=tuple(f"{weekday}{plural}" for weekday in weekdays),
        months=tuple(row[column] for row in MONTHS),
        half_days=of(HALF_DAYS),
        kinds=of({kind.value: (kind.label, *KINDS[kind]) for kind in FoodService.Kind}),
        publics=of({public.value: (public.label, *PUBLICS[public]) for public in FoodService.Public}),
        conditions=of(CONDITIONS),
        sentences=of(SENTENCES),
    )


LANGUAGES = {
    FRENCH: _language(FRENCH, "Français", "ltr", 0),
    ENGLISH: _language(ENGLISH, "English", "ltr", 1),
    ARABIC: _language(ARABIC, "العربية", "rtl", 2),
}
FIELDS = ("fee", "papers", "referral", "registration")


def conditions_of(service: FoodService) -> list[str]:
    """What is asked of who comes, as keys of ``conditions`` and ``sentences``; what nobody knows is not said."""
    keys = [f"{field}_{getattr(service, field)}" for field in FIELDS]
    return [key for key in keys if key in CONDITIONS]
