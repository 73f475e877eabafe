"""The console's API, as its page and as strangers use it."""

from tests.functions.console_visitors import PASSWORD, Installation


def test_an_invited_owner_sets_a_password_and_is_signed_in(installation: Installation) -> None:
    customer = installation.customer()
    owner = installation.owner(customer)
    me = owner.get("/v1/me")
    here = {"id": customer.tenant, "name": customer.name, "role": "owner"}
    assert me.status_code == 200
    assert me.json()["tenant"] == here
    assert me.json()["tenants"] == [here]
    assert me.json()["user"]["email"] == customer.email
