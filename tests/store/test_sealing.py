import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from hiring.model import Answer, AuditEntry, Candidate, Disclosure, Draft, Ground, Person, Scorecard
from hiring.rules.proving import Proof
from hiring.rules.sight import Grant, Sight
from store import sealing
from store.database import Database
from store.faults import Erased, SealFault
from store.sealing import SealKeys
from tests.database import KEYS, Place, sqlite_place
from tests.store.values import HOUR, NOON, a_card, a_loop

OTHER_KEYS = SealKeys.from_text(SealKeys.new_text())
ALL = Grant(loop="loop-1", viewer="hugo", sight=Sight.ALL)
CANARY = "zirkonfalter"


def _cards(database: Database, grant: Grant) -> tuple[Scorecard, ...]:
    with database.begin(read_only=True) as uow:
        return uow.scorecards(grant, now=NOON)


def _tamper(place: Place, statement: str, **values: object) -> None:
    """As somebody who has the database and takes its guards away first."""
    place.unguard("scorecards")
    place.raw(statement, **values)


# ---- what a grant opens -------------------------------------------------------------------------------------------


@pytest.fixture
def panel(database: Database) -> Database:
    with database.begin() as uow:
        for card in (a_card("ada"), a_card("bob"), a_card("ada", loop="loop-2"), a_card("ada", note="amended")):
            uow.save_scorecard(card)
    return database


def test_a_grant_opens_as_much_as_it_says(panel: Database) -> None:
    adas = (a_card("ada"), a_card("ada", note="amended"))
    everything = (a_card("ada"), a_card("bob"), a_card("ada", note="amended"))
    opened = {
        (viewer, sight): _cards(panel, Grant(loop="loop-1", viewer=viewer, sight=sight))
        for viewer in ("ada", "bob", "hugo")
        for sight in Sight
    }
    assert opened == {
        ("ada", Sight.NOTHING): (),
        ("ada", Sight.EXISTS): (),
        ("ada", Sight.STATUS): (),
        ("ada", Sight.OWN): adas,
        ("ada", Sight.BLIND): adas,
        ("ada", Sight.ALL): everything,
        ("bob", Sight.NOTHING): (),
        ("bob", Sight.EXISTS): (),
        ("bob", Sight.STATUS): (),
        ("bob", Sight.OWN): (a_card("bob"),),
        ("bob", Sight.BLIND): (a_card("bob"),),
        ("bob", Sight.ALL): everything,
        ("hugo", Sight.NOTHING): (),
        ("hugo", Sight.EXISTS): (),
        ("hugo", Sight.STATUS): (),
        ("hugo", Sight.OWN): (),
        ("hugo", Sight.BLIND): (),
        ("hugo", Sight.ALL): everything,
    }


def test_blind_content_has_no_author(panel: Database) -> None:
    """What is left of somebody's scorecard names nobody, whoever reads it; what does not count is not among it."""
    pairs = {(card.session, card.author) for card in (a_card("ada"), a_card("bob"))}
    with panel.begin() as uow:
        found = {
            sight: uow.blind_scorecards(Grant("loop-1", "hugo", sight), counting=pairs, now=NOON) for sight in Sight
        }
        only_bobs = uow.blind_scorecards(ALL, counting={(a_card("bob").session, "bob")}, now=NOON)
    assert [(one.rater, one.note) for one in found[Sight.BLIND]] == [
        ("rater 1", a_card("ada").note), ("rater 2", a_card("bob").note), ("rater 1", "amended"),
    ]  # fmt: skip
    assert found[Sight.ALL] == found[Sight.BLIND]
    assert [len(found[sight]) for sight in Sight if sight < Sight.BLIND] == [0] * 4
    assert [one.rater for one in only_bobs] == ["rater 1"]
    assert [
        word for word in ("ada", "bob") if word in repr([replace(one, note="") for one in found[Sight.BLIND]])
    ] == []


def test_drafts_are_kept_replaced_and_dropped(database: Database) -> None:
    first = Draft(loop="l", session="s", author="ada", fields=(("note", "half a"),), saved=NOON)
    second = replace(first, fields=(("note", "half a sentence"), ("overall", "yes")), saved=NOON + HOUR)
    with database.begin() as uow:
        uow.save_draft(first)
        uow.save_draft(second)
    with database.begin() as uow:
        assert (uow.draft("l", "s", "ada"), uow.draft("l", "s", "bob")) == (second, None)
        uow.drop_draft("l", "s", "ada")
        assert uow.draft("l", "s", "ada") is None


def test_disclosures_come_in_the_order_they_were_made(database: Database) -> None:
    unsure = Disclosure(loop="l", person="ada", answer=Answer.UNSURE, at=NOON, note="Same year?")
    conflict = replace(unsure, answer=Answer.CONFLICT, ground=Ground.FRIEND, at=NOON + HOUR)
    with database.begin() as uow:
        uow.save_disclosure(unsure)
        uow.save_disclosure(conflict)
        assert (uow.disclosures("l", reader="ada", now=NOON), uow.disclosures("m", reader="ada", now=NOON)) == (
            (unsure, conflict),
            (),
        )


# ---- what the author can prove ------------------------------------------------------------------------------------


def test_the_authors_code_stands_for_what_was_submitted(database: Database) -> None:
    with database.begin() as uow:
        codes = [uow.save_scorecard(a_card("ada")), uow.save_scorecard(a_card("ada"))]
        proofs = uow.proofs("loop-1")
    assert proofs == tuple(Proof(session="coding", author="ada", commitment=code, holds=True) for code in codes)
    assert codes[0] != codes[1]
    assert all(len(code) == 11 and code[5] == "-" and code == code.upper() for code in codes)


def test_a_code_is_for_one_content_and_one_nonce_however_it_is_typed() -> None:
    code = sealing.commitment("content", nonce="n")
    assert sealing.is_commitment(f" {code.lower()} ", "content", nonce="n")
    assert not sealing.is_commitment(code, "Content", nonce="n")
    assert not sealing.is_commitment(code, "content", nonce="m")


def test_a_scorecard_that_was_sealed_anew_with_other_content_does_not_hold(database: Database, place: Place) -> None:
    """By somebody with the database and a seal key, who can't make the code fit the new content."""
    with database.begin() as uow:
        code = uow.save_scorecard(a_card("ada"))
        stored = uow._connection.exec_driver_sql("SELECT sealed FROM scorecards").scalar_one()
        bound = ("scorecard", "coding", "ada", code)
        opened = json.loads(uow._vault.unseal(stored, owner="loop:loop-1", place=bound))
        opened["card"]["overall"] = "strong_no"
        forged = uow._vault.seal(json.dumps(opened), owner="loop:loop-1", place=bound)
    _tamper(place, "UPDATE scorecards SET sealed = :forged", forged=forged)
    with database.begin(read_only=True) as uow:
        assert uow.proofs("loop-1") == (Proof(session="coding", author="ada", commitment=code, holds=False),)


# ---- what the database refuses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    ["UPDATE scorecards SET author = 'eve'", "UPDATE scorecards SET sealed = ''", "DELETE FROM scorecards"],
)
def test_the_database_refuses_to_change_a_scorecard(panel: Database, statement: str, place: Place) -> None:
    with pytest.raises(DBAPIError, match=r"\) scorecards is append-only\n"):
        place.raw(statement)
    assert len(_cards(panel, ALL)) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scorecards SET author = 'eve' WHERE n = 1",
        "UPDATE scorecards SET session = 'design' WHERE n = 1",
        "UPDATE scorecards SET loop = 'loop-1' WHERE n = 3",
        "UPDATE scorecards SET commitment = 'AAAAA-AAAAA' WHERE n = 1",
        "UPDATE scorecards SET sealed = (SELECT sealed FROM scorecards WHERE n = 2) WHERE n = 1",
        "UPDATE scorecards SET sealed = (SELECT sealed FROM scorecards WHERE n = 4) WHERE n = 1",
        "UPDATE scorecards SET sealed = CAST(substr(sealed, 1, 40) || {other} || substr(sealed, 42) AS {bytes}) WHERE n = 1",
        "UPDATE scorecards SET sealed = :none WHERE n = 1",
        "UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys WHERE owner = 'loop:loop-2')",
        "DELETE FROM data_keys",
    ],
)
def test_a_row_that_was_changed_or_moved_is_not_read(panel: Database, statement: str, place: Place) -> None:
    other = "CASE WHEN substr(sealed, 41, 1) = :zero THEN :one ELSE :zero END"
    spoken = statement.format(bytes="BLOB" if place.kind == "sqlite" else "BYTEA", other=other)
    _tamper(place, spoken, zero=b"\x00", one=b"\x01", none=b"")
    with pytest.raises(SealFault) as fault:
        _cards(panel, ALL)
    assert "evidence" not in str(fault.value)


# ---- what lies in the file ----------------------------------------------------------------------------------------


def _holds(place: Place, *needles: bytes) -> list[bool]:
    """Whether each needle is anywhere in the database."""
    content = place.content()
    return [needle in content for needle in needles]


def test_nothing_that_is_sealed_lies_readable_in_the_database(database: Database, place: Place) -> None:
    card = a_card("ada", note=f"{CANARY}-note")
    with database.begin() as uow:
        uow.save_person(Person(id="p", name="P", email="p@x", zone="UTC", title=f"{CANARY}-title"))
        uow.save_candidate(Candidate(id="c", name="C", email="c@x", zone="UTC", accommodation=f"{CANARY}-need"))
        uow.save_scorecard(card)
        uow.save_draft(Draft(loop="l", session="s", author="ada", fields=(("note", f"{CANARY}-draft"),)))
        ground = Disclosure(loop="l", person="ada", answer=Answer.CONFLICT, at=NOON, note=f"{CANARY}-ground")
        uow.save_disclosure(ground)
    parts = [f"{CANARY}-{part}".encode() for part in ("title", "need", "note", "draft", "ground")]
    assert _holds(place, *parts) == [True, False, False, False, False]
    assert _holds(place, b"Said what she would test first", b"strong_", b'"high"') == [False, False, False]
    assert _cards(database, ALL) == (card,)


def test_the_length_of_what_is_sealed_tells_little(database: Database, place: Place) -> None:
    with database.begin() as uow:
        uow.save_scorecard(a_card("ada", note="no"))
        uow.save_scorecard(a_card("bob", note="yes, " * 40))
    assert len(place.raw("SELECT DISTINCT length(sealed) FROM scorecards")) == 1


# ---- erasure ------------------------------------------------------------------------------------------------------


def test_what_was_erased_can_not_be_read_or_added_to(panel: Database, place: Place) -> None:
    with panel.begin() as uow:
        uow.save_draft(Draft(loop="loop-1", session="s", author="ada"))
        uow.save_disclosure(Disclosure(loop="loop-1", person="ada", answer=Answer.UNSURE, at=NOON))
    ((wrapped,),) = place.raw("SELECT wrapped FROM data_keys WHERE owner = 'loop:loop-1'")
    assert _holds(place, wrapped) == [True]
    with panel.begin() as uow:
        uow.erase_loop_seals("loop-1", now=NOON)
    assert _holds(place, wrapped) == [False]
    with panel.begin() as uow:
        assert (uow.scorecards(ALL, now=NOON), uow.draft("loop-1", "s", "ada")) == ((), None)
        assert uow.disclosures("loop-1", reader="hugo", now=NOON) == ()
        with pytest.raises(Erased):
            uow.save_scorecard(a_card("ada"))
        assert uow.scorecards(replace(ALL, loop="loop-2"), now=NOON) == (a_card("ada", loop="loop-2"),)


def test_no_destroyed_key_lingers_in_an_sqlite_file(tmp_path: Path) -> None:
    place = sqlite_place(tmp_path)
    database = place.open()
    loops = [f"loop-{n}" for n in range(60)]
    with database.begin() as uow:
        for loop in loops:
            uow.save_scorecard(a_card("ada", loop=loop))
    wrapped = [key for (key,) in place.raw("SELECT wrapped FROM data_keys")]
    for loop in loops:
        with database.begin() as uow:
            uow.erase_loop_seals(loop, now=NOON)
    assert _holds(place, *wrapped) == [False] * len(loops)
    database.close()


def test_an_erased_accommodation_is_gone_from_the_candidate(database: Database) -> None:
    cleo = Candidate(id="c", name="C", email="c@x", zone="UTC", accommodation="A quiet room")
    with database.begin() as uow:
        uow.save_candidate(cleo)
        uow.erase_candidate_seals("c", now=NOON)
        assert uow.candidate("c") == replace(cleo, accommodation="")


def test_a_loop_can_be_erased_before_anything_was_sealed_for_it(database: Database) -> None:
    with database.begin() as uow:
        uow.erase_loop_seals("loop-1", now=NOON)
        with pytest.raises(Erased):
            uow.save_scorecard(a_card("ada"))


# ---- keys ---------------------------------------------------------------------------------------------------------


def _open(place: Place, keys: SealKeys) -> Database:
    return place.open(seal_keys=keys, migrate=False)


def test_keys_are_rotated_and_the_older_one_may_go(place: Place) -> None:
    old, new = SealKeys.new_text(), SealKeys.new_text()
    place.open().close()
    first = _open(place, SealKeys.from_text(old))
    with first.begin() as uow:
        uow.save_scorecard(a_card("ada"))
        uow.save_scorecard(a_card("ada", loop="loop-2"))
    first.close()
    both = _open(place, SealKeys.from_text(f"{new},{old}"))
    assert _cards(both, ALL) == (a_card("ada"),)
    with both.begin() as uow:
        uow.save_scorecard(a_card("ada", loop="loop-3"))
        assert (uow.rotate_keys(), uow.rotate_keys()) == (2, 0)
    both.close()
    last = _open(place, SealKeys.from_text(new))
    assert _cards(last, ALL) == (a_card("ada"),)
    last.close()


def test_without_the_key_it_is_said_at_once_which_one_is_missing(place: Place) -> None:
    database = place.open()
    with database.begin() as uow:
        uow.save_scorecard(a_card("ada"))
    database.close()
    with pytest.raises(SealFault) as fault:
        _open(place, OTHER_KEYS)
    assert str(fault.value) == (
        f"Something in the database is sealed with the key {KEYS.newest}, which is not in EVENHAND_SEAL_KEYS; "
        "add it after the newest one"
    )


A_KEY = "bWFkZSBmb3IgdGVzdHMsIG5vdCBhIHNlY3JldCAzMmI="
"""The same in every process, so that all of them find the same tests."""


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "EVENHAND_SEAL_KEYS holds no key; put in the result of `evenhand keys new`, or leave it unset"),
        ("too-short-secret", "Seal key number 1 is not 32 bytes in base64"),
        (f"{A_KEY}, not base64 secret!", "Seal key number 2 is not 32 bytes in base64"),
    ],
)
def test_a_key_that_is_none_is_named_without_being_shown(text: str, complaint: str) -> None:
    with pytest.raises(SealFault) as fault:
        SealKeys.from_text(text)
    assert str(fault.value) == complaint


def test_keys_do_not_show_themselves() -> None:
    text = SealKeys.new_text()
    keys = SealKeys.from_text(text)
    assert repr(keys) == f"SealKeys({keys.newest})"
    assert keys.newest not in text


def test_a_derived_secret_is_for_one_purpose_of_one_key() -> None:
    old, new = SealKeys.new_text(), SealKeys.new_text()
    keys = SealKeys.from_text(f"{new},{old}")
    assert keys.derived("pages") == SealKeys.from_text(old).derived("pages")
    assert len({keys.derived("pages"), keys.derived("mail"), SealKeys.from_text(new).derived("pages")}) == 3
    assert len(keys.derived("pages")) == 32


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "seal.keys"
    keys = SealKeys.ensure_file(path)
    assert SealKeys.ensure_file(path).ids == keys.ids
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["seal.keys"]
    path.chmod(0o640)
    with pytest.raises(SealFault, match="others can read it"):
        SealKeys.ensure_file(path)


def test_an_sqlite_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    database = sqlite_place(tmp_path).open()
    with database.begin() as uow:
        uow.save_loop(a_loop())
        uow.audit(AuditEntry(at=NOON, actor="a", verb="v", subject="s"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    database.close()


@pytest.mark.parametrize("stray", ["*", " ", "\n", "é"])
def test_a_key_with_a_stray_sign_in_it_is_none(stray: str) -> None:
    """Base64 may be read past signs it does not know: then half a key that was cut off would be taken for a whole one."""
    text = SealKeys.new_text()
    with pytest.raises(SealFault):
        SealKeys.from_text(text[:9] + stray + text[9:])
