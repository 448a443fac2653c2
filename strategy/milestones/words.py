"""What pages, tables and mails say of milestones, as whole sentences. Plain values in."""

from django.utils.translation import ngettext

from strategy.body.models import Member


def slippage(days: int, times: int) -> str:
    """How a date stands to the one promised first: "42 days later than promised first. Moved 3 times."; or nothing."""
    return " ".join(sentence for sentence in (_slipped(days), _moved(times)) if sentence)


def _slipped(days: int) -> str:
    if days > 0:
        later = ngettext("%(days)d day later than promised first.", "%(days)d days later than promised first.", days)
        return later % {"days": days}
    if days < 0:
        earlier = ngettext(
            "%(days)d day earlier than promised first.", "%(days)d days earlier than promised first.", -days
        )
        return earlier % {"days": -days}
    return ""


def _moved(times: int) -> str:
    return ngettext("Moved once.", "Moved %(times)d times.", times) % {"times": times} if times else ""


def overdue(days: int) -> str:
    return ngettext("%(days)d day overdue", "%(days)d days overdue", days) % {"days": days}


def in_office(member: Member) -> str:
    """A member by name and function: members act by their office."""
    return f"{member}, {member.function}" if member.function else str(member)
