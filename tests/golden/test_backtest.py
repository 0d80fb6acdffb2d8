"""What the page of the triangle says of how it did against what came: a drift is seen here, and told there."""

import interlock


def test_the_triangle_was_biased_low_and_too_narrow():
    answer = interlock.backtest(interlock.open_book("nvidia-microsoft-anthropic"), paths=512)
    assert (len(answer.held), sum(each.is_in_nine for each in answer.held)) == (19, 3)
    assert answer.histogram == (2, 0, 0, 0, 0, 0, 1, 0, 1, 15)
    assert "biased low" in answer.verdict()
    assert "too narrow" in answer.verdict()
    # A fifth better than no change, two thirds worse than the trend.
    better, worse = (answer.skill(against)[0] for against in ("no_change", "trend"))
    assert 0.15 < better < 0.25
    assert -0.75 < worse < -0.6
