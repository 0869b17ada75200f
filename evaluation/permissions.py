"""Who may do what with an evaluation. Which rows one sees is ``visible_to`` on the QuerySets."""


def can_read_whole(user) -> bool:
    """Read every territory of every evaluation, and the figures over them: ANSA's team and steering readers."""
    return user.is_staff or user.is_steering_reader


def can_rule(user) -> bool:
    """Decide on a cell, and withdraw a decision."""
    return user.is_staff


def can_record(user) -> bool:
    """Enter, correct and remove by hand what was gathered: evidence, interviews, respondents, published figures."""
    return user.is_staff


def can_open_logbook(user) -> bool:
    """Follow a statement to the logbook's record: a reader of the whole has no access to logbooks, ANSA's team has, and
    a coordinator sees only cases of their own territories."""
    return not user.is_steering_reader


def can_manage_evaluations(user) -> bool:
    """Create and edit evaluations, their scope and the criteria; import workbooks."""
    return user.is_staff


def can_export(user) -> bool:
    """Take a workbook away."""
    return user.is_staff


def can_read_answers(user) -> bool:
    """Read who answered what to a questionnaire, and everyone's own words."""
    return user.is_staff


def can_code(user) -> bool:
    """Say what a free text tells of a criterion."""
    return user.is_staff


def can_manage_questionnaires(user) -> bool:
    """Prepare what is asked: questionnaires, their versions, and their previews."""
    return user.is_staff


def can_follow_campaigns(user) -> bool:
    """See who was asked, who answered and what, call them, remind them, and take it all away as a workbook."""
    return user.is_staff


def can_run_campaigns(user) -> bool:
    """Prepare campaigns, launch and stop them, and decide whom they ask."""
    return user.is_staff


def can_answer_for(user) -> bool:
    """Type what a person answers on the telephone, decline or hand on for them."""
    return user.is_staff


def can_read_report(user) -> bool:
    """Read frozen reports, compare them and take their formats away."""
    return can_read_whole(user)


def can_edit_report(user) -> bool:
    """Choose the report's sections, comment, recommend, freeze, have formats made, and open it to readers by links."""
    return user.is_staff
