from __future__ import annotations

from tests.admin.cases import AdminCase


class SiteTest(AdminCase):
    def test_users_are_managed_here(self) -> None:
        self.assertEqual(self.client.get("/admin/auth/user/").status_code, 200)

    def test_the_admins_sign_in_is_the_one_of_the_site(self) -> None:
        self.client.logout()
        answer = self.client.get("/admin/", follow=True)
        self.assertEqual(answer.redirect_chain[-1][0], "/login/?next=%2Fadmin%2F")
