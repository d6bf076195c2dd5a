"""Two people's changes of one document: what becomes of them, whatever they are."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mastro.web.sections.editor.merge import LISTS, Merged, Path, merge, same

KEYS = ("subject", "qty", "vat")
VALUES = st.one_of(st.sampled_from(["", "a", "b"]), st.integers(0, 3), st.booleans(), st.none())
ENTITY = st.fixed_dictionaries({"id": st.integers(1, 2), "name": VALUES, "code": VALUES})
ROW = st.fixed_dictionaries(dict.fromkeys(KEYS, VALUES))


@st.composite
def rows(draw: st.DrawFn, ids: range) -> list[dict[str, Any]]:
    """Rows with some of these ids, in any order."""
    taken = draw(st.lists(st.sampled_from(ids), unique=True, max_size=4))
    return [{"id": id, **draw(ROW)} for id in taken]


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A document of few keys, so that two of them often agree."""
    plain = draw(st.fixed_dictionaries(dict.fromkeys(KEYS, VALUES)))
    return {**plain, "entity": draw(ENTITY), "items_list": draw(rows(range(1, 6))), "payments_list": []}


@st.composite
def changes(draw: st.DrawFn) -> tuple[dict[str, Any], ...]:
    """A document, as one has changed it, and as another one has: rows that they add have ids of their own."""
    base = draw(documents())
    versions = []
    for own in (range(11, 14), range(21, 24)):
        other = draw(documents())
        version = {key: draw(st.sampled_from([base[key], other[key]])) for key in base if key not in LISTS}
        kept = draw(
            st.permutations(
                draw(st.lists(st.sampled_from(base["items_list"]), unique_by=id) if base["items_list"] else st.just([]))
            )
        )
        edited = [
            {key: draw(st.sampled_from([value, draw(VALUES)])) if key != "id" else value for key, value in row.items()}
            for row in kept
        ]
        versions.append({**version, "items_list": edited + draw(rows(own)), "payments_list": []})
    return base, *versions


def leaves(document: dict[str, Any]) -> dict[Path, Any]:
    """What a document says, by place: plain keys, keys of the other party, keys of each row."""
    found: dict[Path, Any] = {(key,): document[key] for key in KEYS}
    found |= {("entity", key): value for key, value in document["entity"].items()}
    found |= {("items_list", row["id"], key): row[key] for row in document["items_list"] for key in KEYS}
    return found


def begun(paths: list[Path], place: Path) -> bool:
    """True where a place is one of these, or inside one."""
    return any(place[: len(path)] == path for path in paths)


def conflicting(found: Merged) -> list[Path]:
    return [each.path for each in found.conflicts if each.path != ("items_list",)]


def ids(document: dict[str, Any]) -> list[int]:
    return [row["id"] for row in document["items_list"]]


@given(changes())
def test_who_has_changed_nothing_gets_what_the_other_one_has(versions: tuple[dict[str, Any], ...]) -> None:
    base, theirs, mine = versions
    for found, expected in (
        (merge(base, theirs, base), theirs),
        (merge(base, base, mine), mine),
        (merge(base, mine, mine), mine),
    ):
        assert found.conflicts == []
        assert same(found.document, expected)
        assert ids(found.document) == ids(expected)


@given(changes())
def test_what_only_one_has_changed_is_never_lost(versions: tuple[dict[str, Any], ...]) -> None:
    base, theirs, mine = versions
    found = merge(base, theirs, mine)
    result, before, here, there = (leaves(each) for each in (found.document, base, mine, theirs))
    for place in {*before, *here, *there} & {*result}:
        if begun(conflicting(found), place):
            continue
        one, other = here.get(place), there.get(place)
        if same(one, before.get(place)) and place in there:
            assert same(result[place], other)
        elif same(other, before.get(place)) and place in here:
            assert same(result[place], one)
        else:
            assert same(one, other)


@given(changes())
def test_a_choice_is_asked_for_where_both_have_changed_one_thing_and_nowhere_else(
    versions: tuple[dict[str, Any], ...],
) -> None:
    base, theirs, mine = versions
    found = merge(base, theirs, mine)
    before, here, there = (leaves(each) for each in versions)
    for place in {*before} & {*here} & {*there}:
        both = not (same(before[place], here[place]) or same(before[place], there[place]))
        if both and not same(here[place], there[place]):
            assert begun(conflicting(found), place)
    for conflict in found.conflicts:
        assert not same(conflict.theirs, conflict.mine)
    turned = merge(base, mine, theirs)
    assert {each.path for each in turned.conflicts} == {each.path for each in found.conflicts}


@given(changes())
def test_rows_that_anybody_added_are_there_and_those_taken_away_are_not(versions: tuple[dict[str, Any], ...]) -> None:
    base, theirs, mine = versions
    found = merge(base, theirs, mine)
    were, there, here, now = ({*ids(each)} for each in (base, theirs, mine, found.document))
    assert (there - were) | (here - were) <= now
    asked = {path[1] for path in conflicting(found) if path[0] == "items_list"}
    assert not (were - (there & here)) & now - asked
    assert there & here <= now


@given(changes())
def test_where_there_is_a_choice_ones_own_stands_until_it_is_made(versions: tuple[dict[str, Any], ...]) -> None:
    base, theirs, mine = versions
    found = merge(base, theirs, mine)
    result, here = leaves(found.document), leaves(mine)
    for place in {*result} & {*here}:
        if begun(conflicting(found), place):
            assert same(result[place], here[place])


@given(changes())
def test_who_saves_the_result_over_theirs_has_nothing_left_to_choose(versions: tuple[dict[str, Any], ...]) -> None:
    base, theirs, mine = versions
    both = merge(base, theirs, mine).document
    again = merge(theirs, theirs, both)
    assert again.conflicts == []
    assert same(again.document, both)


def test_rows_without_an_id_are_new_and_stay_behind_their_neighbour() -> None:
    first, second = {"id": 1, "name": "a"}, {"id": 2, "name": "b"}
    mine = {"items_list": [first, {"id": None, "name": "mine"}, second]}
    theirs = {"items_list": [first, second, {"id": 3, "name": "theirs"}]}
    found = merge({"items_list": [first, second]}, theirs, mine)
    assert [row["name"] for row in found.document["items_list"]] == ["a", "mine", "b", "theirs"]


def test_two_orders_of_the_same_rows_are_a_choice() -> None:
    first, second, third = ({"id": number} for number in (1, 2, 3))
    base, theirs, mine = (
        {"items_list": each} for each in ([first, second, third], [second, first, third], [third, first, second])
    )
    found = merge(base, theirs, mine)
    assert [each.path for each in found.conflicts] == [("items_list",)]
    assert ids(found.document) == [3, 1, 2]


def test_another_party_is_one_choice_and_not_one_for_each_of_its_facts() -> None:
    base, theirs, mine = ({"entity": {"id": id, "name": str(id), "code": ""}} for id in (1, 2, 3))
    assert [each.path for each in merge(base, theirs, mine).conflicts] == [("entity",)]
