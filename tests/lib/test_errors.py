"""Refusals become problem documents that say what a sender may do."""

from http import HTTPStatus

from lib.errors import Refusal, Unavailable


class Example(Refusal):
    """A refusal of the test's own."""

    status, code = HTTPStatus.CONFLICT, "example"


def test_a_problem_document_has_the_members_of_the_protocol() -> None:
    assert Example("why").problem() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "code": "example",
        "detail": "why",
        "retry": False,
    }


def test_the_wait_is_in_the_body_only_where_there_is_one() -> None:
    assert "retry_after_s" not in Unavailable("x").problem()
    assert Unavailable("x", retry_after_s=0).problem()["retry_after_s"] == 0


def test_only_a_passing_refusal_invites_the_same_bytes_again() -> None:
    assert Unavailable("x").problem()["retry"] is True
