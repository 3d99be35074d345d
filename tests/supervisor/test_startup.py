from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from ticks.supervisor.startup import staff_account


@pytest.mark.django_db
class TestStaffAccount:
    def test_it_is_made_where_there_is_none(self) -> None:
        admin = staff_account()
        assert (admin.username, admin.is_superuser, admin.has_usable_password()) == ("admin", True, False)
        assert staff_account() == admin

    def test_staff_of_any_name_will_do(self) -> None:
        alice = User.objects.create_user("alice", is_staff=True)
        assert staff_account() == alice

    def test_a_name_that_is_taken_is_left_alone(self) -> None:
        User.objects.create_user("admin")
        assert staff_account().username == "admin2"
