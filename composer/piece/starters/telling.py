"""What was found in the data, and decided, in plain sentences."""

from __future__ import annotations

from composer.piece.starters.findings import Findings
from composer.piece.starters.plan import Plan
from composer.piece.starters.words import listing, shown

_NAMED = 6  # columns in a sentence
_TRENDS = {"rises": "rises", "falls": "falls", "neither": "neither rises nor falls on the whole"}


def told(found: Findings, plan: Plan) -> list[str]:
    """Return what was found in a table, and what follows from it, a paragraph each."""
    lead, axis = found.lead, found.axis
    rows = f"{found.rows:,} row{'s' if found.rows > 1 else ''}".replace(",", " ")
    if axis.kind == "row numbers":
        said = [f"{rows}, without an index: they follow each other in equal steps."]
    else:
        named = f"{shown(axis.name)} is the index" if axis.name else "the index is the file's own"
        said = [f"{rows}; {named}, from {axis.first} to {axis.last}{f', {axis.words}' if axis.words else ''}."]
    if plan.points:
        kept = "keeping the peaks of the leading column" if lead.kind != "categories" else "the first of each stretch"
        said.append(f"That is too much for two minutes: it is thinned to {plan.points} rows, {kept}.")
    others = [shown(column.name) for column in found.numbers if column is not lead]
    reason = "of all columns it changes most from row to row" if others else "there is no other"
    if not found.numbers:
        reason = "there are no columns of numbers"
    said.append(
        f"{shown(lead.name)} leads: {reason}. It {_TRENDS[plan.direction]}, hence {plan.mode.key}, {plan.mode.because}."
    )
    if others:
        said.append(f"Also of use: {listing(others, _NAMED)}.")
    if found.categories:
        said.append(f"Categories: {listing([shown(column.name) for column in found.categories], _NAMED)}.")
    if found.period:
        said.append(_period(found, plan))
    for a, b, r in found.pairs:
        said.append(
            f"{shown(a)} and {shown(b)} {'go together' if r > 0 else 'are opposed'} (rank correlation {r:.2f})."
        )
    if found.left_out:
        said.append(f"Left out: {'; '.join(_left_out(found))}.")
    return said


def _period(found: Findings, plan: Plan) -> str:
    period = found.period
    assert period is not None
    words = f", {period.words}" if period.words else ""
    felt = ""
    if plan.bars_a_period:
        felt = f" One period lasts {plan.bars_a_period} bar{'s' if plan.bars_a_period > 1 else ''} of {plan.meter}."
    elif plan.points:
        felt = " Thinned, it is too short to be felt as one."
    sure = f"autocorrelation {period.strength:.2f}"
    return f"{shown(period.column)} comes again every {period.rows:g} rows{words} ({sure}).{felt}"


def _left_out(found: Findings) -> list[str]:
    """Return the columns that are not used, those with the same reason together."""
    by_reason: dict[str, list[str]] = {}
    for column in found.left_out:
        by_reason.setdefault(shown(column.why, 80), []).append(shown(column.name))
    reasons = [f"{listing(names, _NAMED)}: {why}" for why, names in by_reason.items()]
    return [*reasons[:_NAMED], *([f"and {len(reasons) - _NAMED} more"] if len(reasons) > _NAMED else [])]
