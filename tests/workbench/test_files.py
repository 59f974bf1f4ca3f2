"""Files: announced, sent, completed; seen by those who see where they stand; and pictures in blocks."""

from collections.abc import Callable

import httpx
from slack_sdk import WebClient

from tests.workbench.test_web_api import error
from tests.workbench.worlds import ANA, BEN, LOBBY, SECRET
from workbench.player import Player
from workbench.server import Running

PIXELS = b"\x89PNG\r\n\x1a\n and so on"


def upload(web: WebClient, data: bytes = PIXELS, filename: str = "scores.png") -> str:
    """A finished file that stands nowhere yet."""
    return str(web.files_upload_v2(file=data, filename=filename, alt_txt="A chart")["file"]["id"])


def picture(file_id: str) -> dict[str, object]:
    return {"type": "image", "alt_text": "A chart", "slack_file": {"id": file_id}}


def test_a_file_in_a_channel(slack: Running, web: WebClient) -> None:
    shared = web.files_upload_v2(
        file=PIXELS, filename="a.png", title="Scores", alt_txt="A chart", channel=LOBBY, initial_comment="Look"
    )["file"]
    (message,) = Player(slack.url, BEN).messages("lobby")
    assert (message["text"], message["files"][0]["title"]) == ("Look", "Scores")
    info = web.files_info(file=shared["id"])["file"]
    assert (info["mimetype"], info["size"], info["alt_txt"]) == ("image/png", len(PIXELS), "A chart")
    assert Player(slack.url, BEN).picture(shared["id"]) == PIXELS


def test_a_picture_in_a_block_is_seen_by_those_who_see_the_block(slack: Running, web: WebClient) -> None:
    file_id = upload(web)
    web.chat_postMessage(channel=ANA, text="A picture", blocks=[picture(file_id)])
    assert Player(slack.url, ANA).picture(file_id) == PIXELS
    assert httpx.get(f"{slack.url}/w/files/{file_id}?user={BEN}").status_code == 404
    assert httpx.get(f"{slack.url}/w/files/{file_id}").status_code == 404
    page = {"Referer": f"{slack.url}/ui/{ANA}"}
    assert httpx.get(f"{slack.url}/w/files/{file_id}", headers=page).content == PIXELS
    app = {"Authorization": f"Bearer {slack.bot_token}"}
    assert httpx.get(f"{slack.url}/w/files/{file_id}", headers=app).content == PIXELS


def test_a_picture_has_to_be_there(slack: Running, web: WebClient) -> None:
    def post(file_id: str) -> Callable[[], object]:
        return lambda: web.chat_postMessage(channel=LOBBY, text="x", blocks=[picture(file_id)])

    announced = web.files_getUploadURLExternal(filename="a.png", length=3)["file_id"]
    assert error(post("F0NOWHERE")) == "invalid_blocks"
    assert error(post(announced)) == "invalid_blocks"
    assert error(post(upload(web, b"a,b", "a.csv"))) == "invalid_blocks"
    assert [one.messages for one in slack.space.refusals] == [
        ("invalid slack file [json-pointer:/blocks/0/slack_file]",)
    ] * 3
    slack.space.file_delay = 30.0
    assert error(post(upload(web))) == "invalid_blocks"


def test_a_file_is_what_was_announced(web: WebClient) -> None:
    announced = web.files_getUploadURLExternal(filename="a.png", length=3)
    assert error(lambda: web.files_completeUploadExternal(files=[{"id": announced["file_id"]}])) == "file_not_found"
    assert httpx.post(announced["upload_url"], content=b"four").status_code == 400
    assert httpx.post(announced["upload_url"], files={"file": b"abc"}).text == "OK - 3"
    assert httpx.post(announced["upload_url"], content=b"abc").status_code == 404
    assert (
        error(lambda: web.files_completeUploadExternal(files=[{"id": announced["file_id"]}], channel_id=SECRET))
        == "channel_not_found"
    )
    assert web.files_completeUploadExternal(files=[{"id": announced["file_id"]}])["files"][0]["title"] == "a.png"


def test_a_deleted_file_is_gone_everywhere(slack: Running, web: WebClient) -> None:
    file_id = web.files_upload_v2(file=PIXELS, filename="a.png", channel=LOBBY)["file"]["id"]
    web.files_delete(file=file_id)
    assert Player(slack.url, BEN).messages("lobby")[0]["files"] == []
    assert error(lambda: web.files_info(file=file_id)) == "file_deleted"
    assert httpx.get(f"{slack.url}/w/files/{file_id}?user={BEN}").status_code == 404
