"""Bodies of the page's requests: told where allowed, masked, and never noticed by the page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.faulty_server import FaultyServer
from tests.browser.test_sdk_privacy import assert_clean, record, settle

pytestmark = pytest.mark.browser

ALLOW = ["network", "bodies"]
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
POST = """([address, body, form]) => fetch(address, {method: "POST", body: form
  ? new URLSearchParams(body) : typeof body === "string" ? body : JSON.stringify(body)})
  .then(answer => answer.text())"""
XHR = """([address, body, kind]) => new Promise(done => {
  const request = new XMLHttpRequest();
  request.open("POST", address);
  request.responseType = kind;
  request.onload = () => done(request.response);
  request.send(body);
})"""


def answer(context: BrowserContext, body: str | bytes, kind: str = JSON, **headers: str) -> None:
    """Let every request below /api be answered so."""

    def fulfil(route: Route) -> None:
        route.fulfill(body=body, headers={"content-type": kind, **headers})

    context.route("**/api/**", fulfil)


def told(faulty: FaultyServer, tab: Page, part: str) -> list[Any]:
    """Return one part of each request that was told, with its text taken apart."""
    settle(faulty, tab)
    assert_clean(faulty)
    found = [each.get(part) for each in faulty.custom("sealtape.network")]
    return [
        {**each, "text": json.loads(each["text"])} if each and "text" in each else each
        for each in found
    ]


def test_what_fetch_sends_and_gets_is_told_masked(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    answer(context, '{"order": {"id": 7, "accessToken": "Secret"}, "ok": true}')
    tab = record(faulty, context, "<p>x</p>", ALLOW)
    got = tab.evaluate(POST, ["/api/pay", {"sku": "rye", "card": {"cvc": "Secret"}}, False])
    assert json.loads(got)["order"]["accessToken"] == "Secret"  # the page has it all
    [request] = told(faulty, tab, "request")
    [response] = told(faulty, tab, "response")
    assert request["text"] == {"sku": "rye", "card": "xxxxxxxx"}
    assert response == {
        "kind": "json",
        "size": 57,
        "text": {"order": {"id": 7, "accessToken": "xxxxxxxx"}, "ok": True},
    }


@pytest.mark.parametrize("form", ["text", "params"])
def test_a_form_is_told_as_its_pairs(
    faulty: FaultyServer, context: BrowserContext, form: str
) -> None:
    answer(context, "a=1&token=Secret", FORM)
    tab = record(faulty, context, "<p>x</p>", ALLOW)
    tab.evaluate(POST, ["/api/x", "q=rye+bread&pin=Secret", form == "params"])
    pairs = [["q", "rye bread"], ["pin", "xxxxxxxx"]]
    assert told(faulty, tab, "request") == [{"kind": "form", "size": 22, "text": pairs}]
    pairs = [["a", "1"], ["token", "xxxxxxxx"]]
    assert told(faulty, tab, "response") == [{"kind": "form", "size": 16, "text": pairs}]


@pytest.mark.parametrize(("kind", "text"), [("", True), ("text", True), ("json", False)])
def test_so_is_what_xmlhttprequest_does(
    faulty: FaultyServer, context: BrowserContext, kind: str, text: bool
) -> None:
    answer(context, '{"jwt":"Secret","a":1}', "application/problem+json; charset=utf-8")
    tab = record(faulty, context, "<p>x</p>", ALLOW)
    got = tab.evaluate(XHR, ["/api/x", '{"otp":"Secret","b":2}', kind])
    assert (got if kind == "json" else json.loads(got)) == {"jwt": "Secret", "a": 1}
    [request] = told(faulty, tab, "request")
    [response] = told(faulty, tab, "response")
    assert request["text"] == {"otp": "xxxxxxxx", "b": 2}
    assert response["kind"] == "json"
    assert response.get("text") == ({"jwt": "xxxxxxxx", "a": 1} if text else None)


TYPED = """<form><input id="p" type="password"><input id="c" autocomplete="cc-number">
<input id="h" type="hidden" value="HiddenOne"><input id="s" type="password"></form>
<div id="host"></div><script>document.getElementById("host").attachShadow({mode: "open"})
  .innerHTML = '<input type=password value="ShadowOne">'</script>"""


def test_what_stands_in_a_secret_field_is_masked_under_any_name(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    answer(context, '{"echo":"you sent hunter2!","fine":"hunter"}')
    tab = record(faulty, context, TYPED, ALLOW)
    tab.fill("#p", "hunter2")
    tab.fill("#c", "Typed one")
    tab.fill("#s", "ab")
    sent = {"note": "hunter2", "list": ["my hunter2x", "Typed one", "HiddenOne", "ShadowOne"]}
    tab.evaluate(
        """body => { const sent = fetch("/api/x", {method: "POST", body: JSON.stringify(body)});
          document.querySelector("form").reset(); return sent.then(each => each.text()); }""",
        sent | {"hunter2": 1, "short": "cab"},
    )
    masked = "xxxxxxxx"
    [request] = told(faulty, tab, "request")
    [response] = told(faulty, tab, "response")
    assert request["text"] == {"note": masked, "list": [masked] * 4, "*1": 1, "short": "cab"}
    assert response["text"] == {"echo": masked, "fine": "hunter"}


def test_a_shown_password_is_masked_in_bodies_too(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    answer(context, "{}")
    tab = record(faulty, context, TYPED, ALLOW)
    tab.fill("#p", "hunter2")
    tab.evaluate("document.getElementById('p').type = 'text'")
    tab.evaluate(POST, ["/api/x", {"note": "hunter2"}, False])
    assert told(faulty, tab, "request")[0]["text"] == {"note": "xxxxxxxx"}


@pytest.mark.parametrize(("letters", "text"), [(4_094, True), (4_095, False)])
def test_a_body_is_told_up_to_four_kibibytes(
    faulty: FaultyServer, context: BrowserContext, letters: int, text: bool
) -> None:
    long = " a" * (letters // 2) + "b" * (letters % 2)
    answer(context, f'"{long}"')
    tab = record(faulty, context, "<p>x</p>", ALLOW)
    tab.evaluate(POST, ["/api/x", f'["{long[2:]}"]', False])
    for part in ("request", "response"):
        [body] = told(faulty, tab, part)
        assert (body["kind"], body["size"], "text" in body) == ("json", letters + 2, text)


def test_other_kinds_are_told_by_kind_and_size_alone(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    answer(context, "Secret words", "text/plain")
    tab = record(faulty, context, "<p>x</p>", ALLOW)
    tab.evaluate(
        "fetch('/api/a', {method: 'POST', body: new Blob(['Secret'])}).then(x => x.text())"
    )
    tab.evaluate(POST, ["/api/b", "Secret words", False])
    other = {"kind": "other", "size": 12}
    assert told(faulty, tab, "request") == [{"kind": "other", "size": 6}, other]
    assert told(faulty, tab, "response") == [other, other]
    assert "Secret" not in settle(faulty, tab)


# What a page may have made of fetch: an answer with the headers in `given`, clones counted.
ANSWERING = """<p>x</p><script>
  window.cloned = 0;
  const { clone } = Response.prototype;
  Response.prototype.clone = function () { cloned++; return clone.call(this); };
  const real = fetch;
  window.fetch = (to, ...rest) => String(to).startsWith("/api/")
    ? Promise.resolve(new Response('{"a":"Secret"}', {headers: GIVEN})) : real(to, ...rest);
</script>"""


@pytest.mark.parametrize(
    ("kind", "length", "cloned"),
    [
        (JSON, "4096", 1),
        (JSON, "4097", 0),
        (JSON, None, 0),
        (JSON, "many", 0),
        ("text/event-stream", "9", 0),
        ("text/html", "9", 0),
        (None, "9", 0),
    ],
)
def test_an_answer_is_copied_only_if_it_says_that_it_is_small_and_text(
    faulty: FaultyServer, context: BrowserContext, kind: str | None, length: str | None, cloned: int
) -> None:
    given = {"content-type": kind, "content-length": length}
    headers = json.dumps({name: value for name, value in given.items() if value})
    tab = record(faulty, context, ANSWERING.replace("GIVEN", headers), ALLOW)
    assert tab.evaluate("fetch('/api/x').then(each => each.json())") == {"a": "Secret"}
    faulty.wait(lambda: faulty.custom("sealtape.network"))
    assert tab.evaluate("cloned") == cloned
    assert ("Secret" in settle(faulty, tab)) == bool(cloned)


def test_the_page_reads_its_answer_as_if_nobody_else_did(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    answer(context, '{"a":1}')
    tab = record(faulty, context, "<p>x</p>", ALLOW)
    seen = tab.evaluate("""async () => {
      const answer = await fetch("/api/x");
      const fresh = [answer.bodyUsed, answer.body.locked];
      const reader = answer.clone().body.getReader();
      const first = await reader.read();
      return [...fresh, first.value.length, await answer.text(), answer.bodyUsed];
    }""")
    assert seen == [False, False, 7, '{"a":1}', True]


def test_streams_and_one_shot_headers_reach_the_server_whole(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    sent: list[Any] = []

    def note(route: Route) -> None:
        sent.append((route.request.headers.get("x-one"), route.request.post_data))
        route.fulfill(body="{}", headers={"content-type": JSON})

    context.route("**/api/**", note)
    tab = record(faulty, context, "<p>x</p>", ALLOW)
    tab.evaluate("""() => {
      function* headers() { yield ["x-one", "1"]; }
      return fetch("/api/x", {method: "POST", body: '{"a":1}', headers: headers()});
    }""")
    tab.evaluate("""() => fetch(new Request("/api/x", {method: "POST", body: '{"b":"Secret"}'}))""")
    assert sent == [("1", '{"a":1}'), (None, '{"b":"Secret"}')]
    [first, second] = told(faulty, tab, "request")
    assert (first["text"], second) == ({"a": 1}, None)


def test_a_body_that_breaks_when_it_is_looked_at_breaks_nothing(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    answer(context, "{")
    tab = record(faulty, context, "<p>x</p>", ALLOW)
    heard: list[str] = []
    tab.on("pageerror", lambda error: heard.append(str(error)))
    tab.evaluate("""() => { window.missed = 0; window.onunhandledrejection = () => missed++;
      Response.prototype.clone = () => { throw new TypeError("no"); }; }""")
    assert tab.evaluate(POST, ["/api/x", "{", False]) == "{"
    assert tab.evaluate(XHR, ["/api/x", "[", "text"]) == "{"
    assert [each.get("text") for each in told(faulty, tab, "response")] == [None, None]
    assert tab.evaluate("missed") == 0
    assert [each for each in heard if "mark" not in each] == []


@pytest.mark.parametrize("allow", [[], ["network"], ["bodies"], ["network", "console", "text"]])
def test_no_body_leaves_the_page_where_bodies_are_not_allowed_with_requests(
    faulty: FaultyServer, context: BrowserContext, allow: list[str]
) -> None:
    answer(context, '{"a":"Secret"}')
    tab = record(faulty, context, "<p>x</p>", allow)
    tab.evaluate(POST, ["/api/x", {"b": "Secret"}, False])
    tab.evaluate(XHR, ["/api/x", "c=Secret", ""])
    assert "Secret" not in settle(faulty, tab)
    assert all("request" not in each and "response" not in each for each in told_all(faulty))
    assert len(told_all(faulty)) == (2 if "network" in allow else 0)


def told_all(faulty: FaultyServer) -> list[Any]:
    """Return every request that was told."""
    return faulty.custom("sealtape.network")


@pytest.mark.parametrize(("begun", "ended"), [("/secure/a", "/open"), ("/open", "/secure/a")])
def test_a_path_rule_holds_where_a_request_begins_and_where_it_ends(
    faulty: FaultyServer, context: BrowserContext, begun: str, ended: str
) -> None:
    answer(context, '{"a":"Secret"}')
    paths = [{"prefix": "/secure", "forbid": ["bodies"]}]
    tab = record(faulty, context, "<p>x</p>", ALLOW, paths=paths)
    tab.evaluate(
        """([begun, ended]) => { history.pushState({}, "", begun);
          const sent = fetch("/api/x", {method: "POST", body: '{"b":"Secret"}'});
          history.pushState({}, "", ended); return sent.then(each => each.text()); }""",
        [begun, ended],
    )
    faulty.wait(lambda: told_all(faulty))
    assert "Secret" not in settle(faulty, tab)
