"""Stacking boxes: what is kept together stays together, and a slot lies on whole points."""

from documents.paging import Box, Mark, Space, Stroke, TextRun, keep_together, paginate


def box(height: float, element: int = 0, *, keep: bool = False, before: float = 0.0) -> Box:
    return Box(height, before, keep, (Mark(element, (TextRun(0, 0, str(element), "regular", 10),)),))


def owners(pages: list) -> list[list[int]]:  # type: ignore[type-arg]
    return [[mark.element for mark in page.marks] for page in pages]


def test_boxes_fill_a_page_and_go_on_to_the_next() -> None:
    assert owners(paginate([box(40, n) for n in range(5)], 100, 0)) == [[0, 1], [2, 3], [4]]


def test_a_heading_moves_with_what_follows() -> None:
    boxes = [box(40, 0), box(40, 1, keep=True), box(40, 2)]
    assert owners(paginate(boxes, 100, 0)) == [[0], [1, 2]]


def test_space_before_is_left_out_at_the_head_of_a_page() -> None:
    (first, second) = paginate([box(90), box(50, 1, before=20), box(50, 2)], 100, 0)
    assert second.marks[0].runs[0].y == 100
    assert second.left_over == 0
    assert first.left_over == 10


def test_a_kept_group_taller_than_a_page_breaks_where_it_must() -> None:
    boxes = keep_together([box(40, n) for n in range(6)])
    assert owners(paginate(boxes, 100, 0)) == [[0, 1], [2, 3], [4, 5]]


def test_lines_of_one_element_on_one_page_become_one_mark() -> None:
    (page,) = paginate([box(10, 3), box(10, 3), box(10, 4)], 100, 0)
    assert [len(mark.runs) for mark in page.marks] == [2, 1]


def test_slots_and_strokes_are_moved_to_the_page_and_slots_lie_on_whole_points() -> None:
    with_slot = Box(60.4, strokes=(Stroke(0, 0, 10, 0),), spaces=(Space("party-1", 7, 3.3, 140, 44, 0),))
    (page,) = paginate([box(20.3), with_slot], 100, 0)
    assert page.places[0].rect == (7, 32, 147, 76)
    assert page.strokes[0].y0 == 79.7
