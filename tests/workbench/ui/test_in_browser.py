"""What only a real browser shows: focus, typed text, the keyboard, and the page following the server."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.workbench.ui.conftest import Play
from tests.workbench.ui.gallery import BUTTONS, EVERYTHING, field, modal

pytestmark = pytest.mark.browser
NOTE = '[data-block-id="note"] [data-action-id="v"]'


def test_a_message_arrives_while_one_types_and_the_draft_and_caret_stay(play: Play) -> None:
    play.be("U001", "C001")
    composer = play.page.locator('[data-role="composer"]')
    composer.press_sequentially("half a thought")
    composer.press("ArrowLeft")

    play.others_say("U003", "a message from New York")

    expect(play.page.locator("[data-message-ts]")).to_contain_text("a message from New York")
    expect(composer).to_be_focused()
    assert composer.evaluate("box => [box.value, box.selectionStart]") == ["half a thought", 13]


def test_a_draft_outlives_a_look_elsewhere_and_a_turn_as_somebody_else(play: Play) -> None:
    play.be("U001", "C001")
    play.page.locator('[data-role="composer"]').fill("not yet")

    play.page.locator('#sidebar [data-conversation="C003"]').click()
    expect(play.page.locator('[data-role="composer"]')).to_have_value("")
    play.be("U002", "C001")
    expect(play.page.locator('[data-role="composer"]')).to_have_value("")
    play.be("U001", "C001")

    expect(play.page.locator('[data-role="composer"]')).to_have_value("not yet")


def test_text_typed_in_a_modal_stays_through_refreshes_updates_and_a_reload(play: Play) -> None:
    play.be("U001", "C001")
    play.open_note()
    note = play.page.locator(NOTE)
    note.press_sequentially("She drew the table first")

    play.others_say("U003", "meanwhile")
    expect(play.page.locator("[data-message-ts]")).to_have_count(1)
    view = play.screen("U001")["views"][0]
    longer = [field("note", "A longer note", {"type": "plain_text_input", "action_id": "v", "multiline": True})]
    play.app.views_update(view_id=view["id"], view=modal(longer, title="Renamed", callback_id="note"))

    expect(play.page.locator(".modal-title")).to_have_text("Renamed")
    expect(note).to_have_value("She drew the table first")
    expect(note).to_be_focused()
    play.page.reload()
    expect(note).to_have_value("She drew the table first")


def test_an_error_stands_at_its_input_with_what_was_typed(play: Play) -> None:
    play.be("U001", "C001")
    play.open_note()
    play.page.locator(NOTE).fill("short")
    play.page.locator('[data-role="submit"]').click()

    expect(play.page.locator('[data-block-id="note"] [data-error]')).to_have_text("Say a little more.")
    expect(play.page.locator(NOTE)).to_have_value("short")
    expect(play.page.locator(NOTE)).to_be_focused()


def test_by_keyboard_alone_from_the_command_to_the_submission(play: Play) -> None:
    play.be("U001", "C001")
    play.page.keyboard.press("Tab")
    expect(play.page.locator(".skip")).to_be_focused()
    play.page.locator('[data-role="composer"]').focus()
    play.page.keyboard.type("/interview note")
    play.page.keyboard.press("Enter")
    expect(play.page.locator(NOTE)).to_be_focused()
    play.page.keyboard.type("typed blind")
    for _ in range(2):
        play.page.keyboard.press("Tab")
    expect(play.page.locator('[data-role="submit"]')).to_be_focused()
    play.page.keyboard.press("Enter")

    expect(play.page.locator("[data-view]")).to_have_count(0)
    expect(play.page.locator('[data-role="composer"]')).to_be_focused()
    assert play.done == [{"submitted": "typed blind"}]


def test_what_is_saved_while_it_is_typed_arrives_before_the_modal_closes(play: Play) -> None:
    play.be("U001", "C001")
    play.say("/interview saved")
    play.page.locator('[data-block-id="saved"] [data-action-id="v"]').press_sequentially("to the last letter")
    play.page.keyboard.press("Escape")
    expect(play.page.locator("[data-view]")).to_have_count(0)

    assert play.done[-1]["value"] == "to the last letter"


def test_enter_sends_an_input_that_asks_for_it_and_keeps_the_modal(play: Play) -> None:
    play.be("U001", "C001")
    play.say("/interview saved")
    play.page.locator('[data-block-id="sent"] [data-action-id="v"]').fill("Jun")
    play.page.keyboard.press("Enter")

    assert [(one["block_id"], one["value"]) for one in _eventually(play, 1)] == [("sent", "Jun")]
    expect(play.page.locator("[data-view]")).to_be_visible()


def test_an_app_that_does_not_answer_is_named_and_nothing_typed_is_lost(play: Play) -> None:
    play.be("U001", "C001")
    play.open_note()
    play.page.locator(NOTE).fill("kept")
    play.slack.space.patience = 0.0
    play.page.locator('[data-role="submit"]').click()

    expect(play.page.locator(".modal-notice")).to_contain_text("We had some trouble connecting.")
    expect(play.page.locator(NOTE)).to_have_value("kept")
    expect(play.page.locator('[data-role="submit"]')).to_be_enabled()


def test_two_lines_said_at_once_arrive_in_their_order(play: Play) -> None:
    play.be("U001", "C001")
    play.say("first")
    play.say("second")

    expect(play.page.locator("[data-message-ts]")).to_have_count(2)
    assert [one["text"] for one in play.screen("U001")["conversations"][0]["messages"]] == ["first", "second"]


def test_focus_stays_inside_an_open_modal(play: Play) -> None:
    play.be("U001", "C001")
    play.open_note()
    for _ in range(12):
        play.page.keyboard.press("Tab")
        assert play.page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )


def test_escape_leaves_the_upper_view_then_the_modal(play: Play) -> None:
    play.be("U001", "C001")
    play.open_note()
    play.page.locator(NOTE).fill("push")
    play.page.locator('[data-role="submit"]').click()
    expect(play.page.locator(".view:visible .modal-title")).to_have_text("Second")

    play.page.keyboard.press("Escape")
    expect(play.page.locator(".view:visible .modal-title")).to_have_text("Note")
    expect(play.page.locator(NOTE)).to_have_value("push")
    play.page.keyboard.press("Escape")

    expect(play.page.locator("[data-view]")).to_have_count(0)
    assert play.screen("U001")["views"] == []


def test_unread_is_bold_with_a_number_until_one_looks(play: Play) -> None:
    play.be("U001", "C003")
    entry = play.page.locator('#sidebar [data-conversation="C001"]')
    play.others_say("U003", "one")
    play.others_say("U004", "two")

    expect(entry).to_have_attribute("data-unread", "2")
    expect(entry).to_have_class(re.compile("unread"))
    expect(play.page).to_have_title("(2) Mara Lindqvist · Workbench")
    entry.click()

    expect(entry).not_to_have_class(re.compile("unread"))
    expect(play.page).to_have_title("Mara Lindqvist · Workbench")


def test_only_what_one_looks_at_is_read(play: Play) -> None:
    play.others_say("U003", "in the channel")
    play.app.chat_postMessage(channel="D001", text="from the app")
    play.page.goto(f"{play.slack.url}/ui/U001")

    expect(play.page).to_have_url(re.compile("at=D001$"))
    expect(play.page.locator('#sidebar [data-conversation="D001"]')).not_to_have_class(re.compile("unread"))
    play.others_say("U003", "once more")
    expect(play.page.locator('#sidebar [data-conversation="C001"]')).to_have_attribute("data-unread", "2")


def test_one_becomes_another_person_by_name_or_role(play: Play) -> None:
    play.be("U001", "C001")
    play.others_say("U003", "hello")
    play.page.locator('[data-role="people"]').click()
    expect(play.page.locator('[data-person="U002"]')).to_have_attribute("data-unread", "1")
    play.page.keyboard.type("engineer")
    expect(play.page.locator("[data-person]:visible")).to_have_count(2)
    play.page.keyboard.press("Enter")

    expect(play.page.locator(".who-you")).to_have_text("You are: Devi Ramanathan")


def test_clicks_choices_and_confirmations_reach_the_app(play: Play) -> None:
    play.app.chat_postMessage(channel="D001", text="Yours", blocks=[BUTTONS])
    play.be("U001", "D001")
    acted = play.page.locator

    acted('[data-action-id="b.plain"]').click()
    acted('[data-action-id="b.select"]').select_option("pear")
    acted('[data-action-id="b.danger"]').click()
    acted('[data-role="deny"]').click()
    acted('[data-action-id="b.danger"]').click()
    acted('[data-role="confirm"]').click()
    acted('[data-action-id="b.more"] summary').click()
    acted('[data-option][data-value="why"]').click()

    expect(acted("[aria-busy]")).to_have_count(0)
    play.page.wait_for_function("() => !document.querySelector('.overflow[open]')")
    told = [(one["action_id"], one.get("value") or one["selected_option"]["value"]) for one in _eventually(play, 4)]
    assert told == [("b.plain", "?"), ("b.select", "pear"), ("b.danger", "no"), ("b.more", "why")]


def test_a_button_pressed_twice_at_once_is_pressed_once(play: Play) -> None:
    play.app.chat_postMessage(channel="D001", text="Yours", blocks=[BUTTONS])
    play.be("U001", "D001")
    play.page.locator('[data-action-id="b.plain"]').evaluate("button => { button.click(); button.click(); }")
    expect(play.page.locator("[aria-busy]")).to_have_count(0)
    play.page.locator('[data-action-id="b.primary"]').click()

    assert [one["action_id"] for one in _eventually(play, 2)] == ["b.plain", "b.primary"]


def test_every_kind_of_input_sends_its_plain_value(play: Play) -> None:
    play.be("U002", "C001")
    play.say("/interview form")

    def at(block: str) -> Any:
        return play.page.locator(f'[data-block-id="{block}"] [data-action-id="v"]')

    at("score").get_by_text("Needs a hint").click()
    at("evidence").fill("Said so twice")
    at("exactly").fill("2026-11-24T15:30")
    at("panel").get_by_text("Mara Lindqvist").click()
    at("topics").get_by_text("Pear").click()
    at("number").fill("45")
    at("ask").locator(".picker-filter").press_sequentially("jun")
    expect(at("ask").locator(".choice")).to_have_text([f"jun {n} Works nearby" for n in range(3)])
    at("ask").get_by_text("jun 1").click()
    at("plan").select_option("quince")
    play.page.wait_for_function("() => !document.querySelector('[aria-busy]')")
    play.page.locator('[data-role="submit"]').click()
    expect(play.page.locator("[data-view]")).to_have_count(0)

    chosen, submitted = _eventually(play, 2)
    assert chosen["selected_option"]["value"] == "quince"
    values = {block: one["v"] for block, one in submitted["submitted"].items()}
    assert values["exactly"]["selected_date_time"] == 1795514400  # 15:30 in India is 10:00 UTC
    assert values["panel"]["selected_users"] == ["U002", "U001"]
    assert [one["value"] for one in values["topics"]["selected_options"]] == ["pear"]
    assert (values["score"]["selected_option"]["value"], values["number"]["value"]) == ("2", "45")
    assert values["ask"]["selected_option"]["value"] == "c1"


def test_the_clock_moves_and_shows_the_persons_own_zone(play: Play) -> None:
    play.be("U002", "C001")
    clock = play.page.locator('[data-role="clock"]')
    expect(clock).to_have_text(re.compile(r"^Mon 23 Nov, 13:3\d$"))
    play.page.locator('[data-advance="morning"]').click()

    expect(clock).to_have_text(re.compile(r"^Tue 24 Nov, 09:0\d$"))


def test_home_opens_and_its_buttons_work(play: Play) -> None:
    play.be("U001", "C001")
    play.page.locator('#sidebar [data-conversation="D001"]').click()
    expect(play.page.locator(".empty-title")).to_have_text("Nothing here yet.")
    play.page.locator('[data-tab="home"]').click()
    play.page.locator('[data-home] [data-action-id="home.open"]').click()

    expect(play.page.locator("[data-view] .modal-title")).to_have_text("Note")


def test_a_reply_is_written_in_its_thread(play: Play) -> None:
    root = play.app.chat_postMessage(channel="C001", text="Decided: advance")["ts"]
    play.be("U001", "C001")
    play.page.locator(f'[data-message-ts="{root}"] [data-thread]').click()
    play.page.locator('[data-role="thread-composer"]').fill("Thank you")
    play.page.keyboard.press("Enter")

    expect(play.page.locator("#thread [data-message-ts]")).to_have_count(2)
    expect(play.page.locator("#main .replies")).to_contain_text("1 reply")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_overflows(play: Play, width: int) -> None:
    play.page.set_viewport_size({"width": width, "height": 800})
    play.app.chat_postMessage(channel="C001", text="All", blocks=EVERYTHING[:6])
    play.app.chat_postMessage(channel="C001", text="All", blocks=EVERYTHING[6:])
    play.be("U001", "C001")
    play.say("/interview form")
    expect(play.page.locator("[data-view]")).to_be_visible()

    wide = "[...document.querySelectorAll('body, .topbar, .scroller')].filter(one => one.scrollWidth > one.clientWidth)"
    assert play.page.evaluate(f"{wide}.map(one => one.className)") == []
    play.page.locator(".modal-body [data-block-id]").last.evaluate("one => one.scrollIntoView({block: 'start'})")
    assert play.page.evaluate("document.querySelector('dialog.modal').scrollTop") == 0, "the title must not scroll away"


def _eventually(play: Play, count: int) -> list[dict[str, Any]]:
    """What the app was told, once it was told so many things."""
    for _ in range(100):
        if len(play.done) >= count:
            break
        play.page.wait_for_timeout(50)
    return play.done
