"""The town's meetings: six held, one called off, one to come; and what became of their actions."""

from collections.abc import Iterable
from datetime import timedelta

from coordination import attendance, groups, invitations
from coordination.actions import set_state
from coordination.agenda import Point, opening_points, set_agenda
from coordination.demo.beginnings import keep_file
from coordination.demo.town import Town
from coordination.meetings import cancel_meeting, create_meeting, log_meeting
from coordination.minutes import OutcomeRow, save_minutes
from coordination.models import ActionItem, Attendance, Correction, Meeting, Minutes, Outcome, WorkingGroup
from coordination.models.record import Theme
from coordination.sending import close, propose_correction, send_for_review, settle_correction
from coordination.sheets import minutes_pdf, with_contents

ROOM = "Salle fictive des Tilleuls"
WARD = "Local fictif de la rue des Moulins"


def tell(town: Town) -> Outcome:
    """Returns the decision that the running project comes from."""
    with town.on(49):
        group = WorkingGroup(territory=town.territory, name="Logistique (fictif)", theme=Theme.LOGISTICS)
        groups.save_group(group=group, by=town.by)
    _launch(town)
    _stock(town, group)
    _seasons(town)
    _called_off(town, group)
    decision = _collection(town)
    _under_review(town, group)
    _last(town)
    _to_come(town)
    return decision


# The pieces of a meeting --------------------------------------------------------------------------


def information(text: str) -> OutcomeRow:
    return OutcomeRow(kind=Outcome.Kind.INFORMATION, text=text)


def decision(text: str) -> OutcomeRow:
    return OutcomeRow(kind=Outcome.Kind.DECISION, text=text)


def action(town: Town, text: str, who: str, due: int | None = None) -> OutcomeRow:
    """``who`` is a person's key, or a structure's; it is due ``due`` weeks ago."""
    return OutcomeRow(
        kind=Outcome.Kind.ACTION,
        text=text,
        owner_member=town.people.get(who),
        owner_actor=town.actors.get(who),
        due_on=None if due is None else town.day(due),
    )


def _held(
    town: Town,
    weeks: int,
    title: str,
    *,
    present: str,
    rows: list[OutcomeRow],
    text: str = "",
    points: Iterable[Point] = (),
    place: str = ROOM,
    **about,
) -> Minutes:
    """A meeting of two hours, with its minutes as a draft; ``present`` are people's keys."""
    starts = town.at(weeks, 9, 30)
    meeting = Meeting(
        territory=town.territory,
        title=title,
        place=place,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        **about,
    )
    with town.on(weeks):
        log_meeting(meeting=meeting, present=[town.people[key] for key in present.split()], by=town.by)
        set_agenda(meeting=meeting, points=points, by=town.by)
        minutes = meeting.minutes
        return save_minutes(minutes=minutes, version=minutes.version, text=text, rows=rows, by=town.by)


def _sent(town: Town, minutes: Minutes, weeks: int) -> None:
    with town.on(weeks, days=2):
        send_for_review(minutes=minutes, by=town.by)


def _final(town: Town, minutes: Minutes, weeks: int) -> None:
    _sent(town, minutes, weeks)
    with town.on(weeks - 1, days=2):
        close(minutes=minutes, by=town.by)


def _settle(town: Town, minutes: Minutes, states: dict[str, tuple[str, int]]) -> None:
    """Closes actions of these minutes: by the start of their title, the state, and how many weeks ago."""
    for start, (state, weeks) in states.items():
        with town.on(weeks):
            found = ActionItem.objects.get(outcome__minutes=minutes, title__startswith=start)
            set_state(action=found, state=state, by=town.by)


DONE, DROPPED = ActionItem.State.DONE, ActionItem.State.DROPPED


# The year -----------------------------------------------------------------------------------------


def _launch(town: Town) -> None:
    minutes = _held(
        town,
        48,
        "Réunion de lancement (fictive)",
        present="alex dany lou charlie maxime noa morgan",
        theme=Theme.KNOWLEDGE,
        points=[Point("Tour de table", 40), Point("Ce que chacun attend d’une coordination", 50), Point("Suite", 30)],
        rows=[
            information("La mairie met une salle à disposition, un mardi matin tous les deux mois."),
            decision("Recenser les structures avant toute autre chose."),
            action(town, "Appeler chaque structure et la visiter", "maxime", 39),
            action(town, "Envoyer la liste des distributions connues", "ccas", 44),
        ],
        text="Chacun·e s’est présenté·e. **Deux attentes** reviennent :\n\n- se connaître ;\n- partager le stockage.",
    )
    _final(town, minutes, 48)
    _settle(town, minutes, {"Envoyer": (DONE, 45), "Appeler": (DONE, 39)})


def _stock(town: Town, group: WorkingGroup) -> None:
    minutes = _held(
        town,
        38,
        "Groupe logistique : où stocker ?",
        present="alex dany lou maxime eden",
        place=WARD,
        working_group=group,
        theme=Theme.LOGISTICS,
        points=[Point("Visite du local", 45), Point("Ce qu’il faut pour l’équiper", 60)],
        rows=[
            decision("Aménager le local de la rue des Moulins en stockage partagé."),
            action(town, "Demander un devis pour une chambre froide", "alex", 34),
            action(town, "Chercher un deuxième local plus près de la gare", "maxime", 30),
        ],
        text="Le local est sec et de plain-pied. Il manque une prise triphasée.",
    )
    _final(town, minutes, 38)
    _settle(town, minutes, {"Demander": (DONE, 35), "Chercher": (DROPPED, 29)})


def _seasons(town: Town) -> None:
    minutes = _held(
        town,
        29,
        "Réunion de coordination : les fermetures",
        present="alex sacha lou charlie andrea morgan noa",
        theme=Theme.KNOWLEDGE,
        points=[
            Point("Retour sur les trois derniers mois", 30),
            Point("Qui ouvre pendant les congés ?", 45),
            Point("Divers", 15),
        ],
        rows=[
            information("Le centre de santé propose un atelier cuisine par mois."),
            decision("Un calendrier commun des fermetures, tenu par le CCAS."),
            action(town, "Recueillir les dates de fermeture", "andrea", 22),
            action(town, "Préparer le premier atelier cuisine", "sante", 20),
        ],
    )
    with town.on(28):
        _keep_pdf(town, minutes)
    _final(town, minutes, 29)
    _settle(town, minutes, {"Recueillir": (DONE, 22), "Préparer": (DONE, 19)})


def _keep_pdf(town: Town, minutes: Minutes) -> None:
    content = minutes_pdf(with_contents(Minutes.objects).get(pk=minutes.pk))
    title = "Relevé affiché en mairie fictive"
    keep_file(town, title=title, name="releve-de-decisions.pdf", content=content, record=minutes.meeting)


def _called_off(town: Town, group: WorkingGroup) -> None:
    meeting = Meeting(
        territory=town.territory,
        title="Groupe logistique : plan du local",
        working_group=group,
        theme=Theme.LOGISTICS,
        place=WARD,
        starts_at=town.at(20, 14),
        ends_at=town.at(20, 16),
    )
    with town.on(23):
        create_meeting(meeting=meeting, by=town.by)
    meeting.refresh_from_db()  # it was dated
    with town.on(21):
        cancel_meeting(
            meeting=meeting, reason="Le local est en travaux : vu ensemble à la réunion suivante.", by=town.by
        )


def _collection(town: Town) -> Outcome:
    minutes = _held(
        town,
        17,
        "Réunion de coordination : ramasser ensemble",
        present="alex sacha dany lou charlie maxime eden noa",
        theme=Theme.LOGISTICS,
        points=[Point("Les dons du samedi", 45), Point("Un véhicule pour trois", 45), Point("Dépliant commun", 20)],
        rows=[
            information("Le local de la rue des Moulins est prêt ; la chambre froide arrive."),
            decision("Organiser une tournée commune de ramasse le samedi."),
            decision("Un seul dépliant pour toutes les distributions."),
            action(town, "Écrire la convention de ramasse avec le supermarché", "eden", 10),
            action(town, "Comparer trois offres de location de véhicule", "dany", 5),
            action(town, "Faire relire le dépliant par chaque structure", "sacha", 9),
        ],
        text="Les trois structures qui ramassent le samedi font presque la même route.",
    )
    _sent(town, minutes, 17)
    with town.on(16):
        lou = minutes.meeting.attendances.get(member=town.people["lou"])
        text = "La maraude peut prêter son véhicule un samedi sur deux, et non chaque samedi."
        correction = propose_correction(minutes=minutes, attendance=lou, text=text)
        settle_correction(correction=correction, state=Correction.State.ACCEPTED, by=town.by)
    with town.on(15):
        close(minutes=minutes, by=town.by)
    _settle(town, minutes, {"Écrire": (DONE, 10), "Faire relire": (DONE, 9)})
    return minutes.outcomes.get(text__contains="tournée commune")


def _under_review(town: Town, group: WorkingGroup) -> None:
    minutes = _held(
        town,
        6,
        "Groupe logistique : la première tournée",
        present="alex sacha dany lou eden",
        place=WARD,
        working_group=group,
        theme=Theme.LOGISTICS,
        points=[Point("Bilan de la première tournée", 40), Point("Chaîne du froid", 30)],
        rows=[
            information("La première tournée a rapporté 180 kg, dont la moitié de produits frais."),
            decision("La tournée part à 8 h au lieu de 9 h."),
            action(town, "Acheter deux glacières de transport", "etal", 2),
            action(town, "Former deux bénévoles à la chaîne du froid", "sacha", -3),
        ],
    )
    _sent(town, minutes, 6)
    with town.on(5):
        eden = minutes.meeting.attendances.get(member=town.people["eden"])
        text = "Nous avions pesé 190 kg à la sortie du magasin."
        propose_correction(minutes=minutes, attendance=eden, text=text)


def _last(town: Town) -> None:
    _held(
        town,
        1,
        "Réunion de coordination : préparer les congés",
        present="alex dany charlie andrea maxime morgan",
        theme=Theme.READABILITY,
        points=[Point("Fermetures pendant les congés", 40), Point("Financement de la tournée", 40), Point("Suite", 10)],
        rows=[
            information("Deux structures n’ont pas encore donné leurs dates de fermeture."),
            decision("Le CCAS ouvre un accueil le mardi matin pendant les fermetures."),
            action(town, "Relancer les structures sans dates", "andrea", -1),
            action(town, "Déposer la demande de financement de la tournée", "maxime", -2),
        ],
    )


def _to_come(town: Town) -> None:
    """In three weeks: most of those asked replied."""
    meeting = Meeting(
        territory=town.territory,
        title="Réunion de coordination (fictive)",
        place=ROOM,
        online_link="https://visio.demo.alimactiv.example/fontaine",
        starts_at=town.at(-3, 9, 30),
        ends_at=town.at(-3, 11, 30),
    )
    with town.on(1, days=1):
        create_meeting(meeting=meeting, by=town.by)
        points = [Point("Bilan de la tournée du samedi", 30), Point("Fermetures : dernier point", 20)]
        set_agenda(meeting=meeting, points=[*points, *opening_points(meeting)], by=town.by)
    with town.on(1, days=2):
        asked = [one for one in attendance.candidates(town.territory) if one.email]
        invitations.invite(meeting=meeting, chosen=asked, by=town.by)
    answers = {
        Attendance.Reply.YES: "alex sacha lou charlie noa",
        Attendance.Reply.MAYBE: "morgan",
        Attendance.Reply.NO: "eden",
    }
    with town.on(1, days=3):
        for answer, keys in answers.items():
            rows = meeting.attendances.filter(member__in=[town.people[key] for key in keys.split()])
            invitations.reply(meeting=meeting, rows=rows, answer=answer, by=None)
