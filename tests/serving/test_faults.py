"""What nobody handles is logged, although Daphne sends Twisted's own log nowhere."""

from __future__ import annotations

from tests.serving.cases import WorkerCase
from tests.serving.peer import TEXT


class FaultsTest(WorkerCase):
    def test_an_error_in_what_twisted_calls_is_logged_and_the_server_goes_on(self) -> None:
        worker = self.start()
        self.get("/stumble")
        worker.wait_to_say("ValueError: stumbled on purpose")
        self.assertIn("nobody handled an error", worker.said)
        echo = self.socket("/echo")
        echo.say(TEXT, b"here")
        self.assertEqual(echo.message(), (TEXT, b"here"))
