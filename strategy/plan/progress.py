"""How far a measure is on its way from baseline to target. Plain values in, plain values out."""

from decimal import ROUND_DOWN, Decimal


def progress(baseline: Decimal | None, target: Decimal | None, last: Decimal | None) -> int | None:
    """The part of the way from `baseline` to `target` that `last` has gone, in percent.

    A target below its baseline is reached by falling. Below 0 it went the wrong way, above 100 beyond the target. Cut
    to a whole number, so that 100 means that the target is reached. None where a figure is missing, or where there is
    no way to go because baseline and target are equal.
    """
    if baseline is None or target is None or last is None or baseline == target:
        return None
    part = 100 * (last - baseline) / (target - baseline)
    return int(part.to_integral_value(ROUND_DOWN))


def is_falling(baseline: Decimal | None, target: Decimal | None) -> bool:
    """Whether less is better: the target lies below the baseline."""
    return baseline is not None and target is not None and target < baseline
