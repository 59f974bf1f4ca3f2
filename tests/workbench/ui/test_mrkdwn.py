from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from workbench.ui.mrkdwn import mrkdwn, plain_text
from workbench.ui.readers import Reader

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
BERLIN = Reader(
    zone=ZoneInfo("Europe/Berlin"),
    now=NOW,
    people={"U1": "Mara <Lindqvist>", "U2": "نور"},
    channels={"C1": "hiring"},
    apps={"UB": "Evenhand"},
)


def link(url: str, words: str) -> str:
    return f'<a href="{url}" target="_blank" rel="noopener noreferrer">{words}</a>'


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("*bold* _it_ ~no~", "<strong>bold</strong> <em>it</em> <s>no</s>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("snake_case_name 2*3*4 a~b~c", "snake_case_name 2*3*4 a~b~c"),
        ("* not bold * and ** neither **", "* not bold * and ** neither **"),
        ("*two\nlines*", "*two<br>lines*"),
        ("`*as* _it_ :tada: stands`", "<code>*as* _it_ :tada: stands</code>"),
        ("*see `x_y`*", "<strong>see <code>x_y</code></strong>"),
        ("a &amp; b &lt;i&gt; <", "a &amp; b &lt;i&gt; &lt;"),
        ("&amp;lt;", "&amp;lt;"),
        # To Slack these are links, to nowhere; their words are shown, and nothing runs.
        ("<script>alert(1)</script>", "scriptalert(1)/script"),
    ],
)
def test_styles(written: str, shown: str) -> None:
    assert mrkdwn(written, BERLIN) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("From 10:00–11:00, 12:30, 10:00-11:00", "From 10:00–11:00, 12:30, 10:00-11:00"),
        ("at 9:100: sharp, 12:30:45", "at 9:100: sharp, 12:30:45"),
        (":100: percent", "💯 percent"),
        (":tada::tada:", "🎉🎉"),
        ("urn:isbn:123 :no_such_name:", "urn:isbn:123 :no_such_name:"),
        (":large_green_circle: :+1:", "🟢 👍"),
        (":wave::skin-tone-4:", "👋🏽"),
    ],
)
def test_times_are_not_emoji(written: str, shown: str) -> None:
    assert mrkdwn(written, BERLIN) == shown
    assert plain_text(written) == shown


def test_plain_text_may_decline_emoji() -> None:
    assert plain_text(":tada:\n<b>", emoji=False) == ":tada:<br>&lt;b&gt;"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<https://a.example/x_y_z|the _brief_>", link("https://a.example/x_y_z", "the _brief_")),
        ("<https://a.example/?a=1&amp;b=2>", link("https://a.example/?a=1&amp;b=2", "https://a.example/?a=1&amp;b=2")),
        ("see https://a.example/x.", f"see {link('https://a.example/x', 'https://a.example/x')}."),
        ("<mailto:a@b.example>", link("mailto:a@b.example", "a@b.example")),
        ("<javascript:alert(1)|press>", "press"),
        ('<https://a.example/"onclick=x|y>', link("https://a.example/&#34;onclick=x", "y")),
    ],
)
def test_links(written: str, shown: str) -> None:
    assert mrkdwn(written, BERLIN) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<@U1>", '<span class="mention" data-person-named="U1">@<bdi>Mara &lt;Lindqvist&gt;</bdi></span>'),
        ("<@U2|nur>", '<span class="mention" data-person-named="U2">@<bdi>نور</bdi></span>'),
        ("<@UB>", '<span class="mention" data-person-named="UB">@<bdi>Evenhand</bdi></span>'),
        ("<#C1>", '<span class="mention">#<bdi>hiring</bdi></span>'),
        ("<#C9|elsewhere>", '<span class="mention">#<bdi>elsewhere</bdi></span>'),
        ("<!here>", '<span class="mention mention-all">@here</span>'),
        ("<!subteam^S1|@panel>", '<span class="mention">@panel</span>'),
    ],
)
def test_mentions(written: str, shown: str) -> None:
    assert mrkdwn(written, BERLIN) == shown


QUOTED = [
    ("&gt; one\n&gt;two\nthen", "<blockquote>one<br>two</blockquote>then"),
    ("before\n> *q*", "before<blockquote><strong>q</strong></blockquote>"),
    ("&gt;&gt;&gt; all\nof\nit", "<blockquote>all<br>of<br>it</blockquote>"),
    ("• one\n• two", "• one<br>• two"),
    ("a\n```\nx &lt; *y*\n```\nb", "a<pre>x &lt; *y*</pre>b"),
]


@pytest.mark.parametrize(("written", "shown"), QUOTED)
def test_lines(written: str, shown: str) -> None:
    assert mrkdwn(written, BERLIN) == shown


def test_text_that_uses_our_own_marks_is_only_text() -> None:
    assert mrkdwn("\ue0000\ue001 `a`", BERLIN) == "0 <code>a</code>"


def test_a_date_is_shown_in_the_readers_zone() -> None:
    written = "<!date^1795509000^{date_short_pretty} at {time}|24 Nov 8:30 UTC>"
    kolkata = Reader(zone=ZoneInfo("Asia/Kolkata"), now=NOW)
    assert mrkdwn(written, BERLIN) == '<time title="Tuesday, 24 November 2026, 09:30 CET">Tomorrow at 09:30</time>'
    assert mrkdwn(written, kolkata) == '<time title="Tuesday, 24 November 2026, 14:00 IST">Tomorrow at 14:00</time>'


def test_a_date_may_be_a_link() -> None:
    stamp = '<time title="Tuesday, 24 November 2026, 09:30 CET">09:30</time>'
    assert mrkdwn("<!date^1795509000^{time}^https://a.example/|x>", BERLIN) == link("https://a.example/", stamp)


def test_verbatim_text_gets_no_links_but_those_written() -> None:
    written = "*see* https://a.example/ <https://b.example/|b>"
    assert mrkdwn(written, BERLIN, verbatim=True) == (
        f"<strong>see</strong> https://a.example/ {link('https://b.example/', 'b')}"
    )
