"""The waterfall: parents before children, every bar inside the picture."""

from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.waterfall import BAR_WIDTH, Bar, in_order, waterfall


def bar(span_id: str, parent: str | None, offset: float = 0.0, duration: float = 1.0) -> Bar:
    return Bar(span_id, parent, f"handle exchange.{span_id}.v1", "plans", "05", offset, duration)


def test_children_follow_their_parent_by_their_start() -> None:
    spans = [bar("late", "root", 5), bar("root", None), bar("early", "root", 1), bar("under", "early", 2)]
    assert [(depth, span.span_id) for depth, span in in_order(spans)] == [
        (0, "root"),
        (1, "early"),
        (2, "under"),
        (1, "late"),
    ]


def test_a_span_whose_parent_never_arrived_is_shown_as_a_root() -> None:
    assert [depth for depth, _ in in_order([bar("alone", "elsewhere")])] == [0]


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), min_size=1, max_size=20))
def test_no_bar_leaves_the_picture(times: list[tuple[float, float]]) -> None:
    spans = [bar(str(n), None, offset, duration) for n, (offset, duration) in enumerate(times)]
    table = waterfall(spans, {"05": "Southwest Finland"})
    assert table.row_count == len(spans)
    for cell in table.columns[-1].cells:
        assert 1 <= len(str(cell)) <= BAR_WIDTH
        assert "█" in str(cell)
