"""What the server relies on of Daphne, Autobahn and Twisted beyond what they promise: an upgrade has to look here."""

from __future__ import annotations

import inspect
from unittest import TestCase

from autobahn.twisted.websocket import WebSocketServerProtocol
from autobahn.websocket import protocol
from daphne import http_protocol, server, ws_protocol
from twisted.internet import abstract, tcp, unix
from twisted.web import http

from monitor.serving.channel import Channel
from monitor.serving.kernel import is_plain
from monitor.serving.request import Request
from monitor.serving.websocket import Socket


class TwistedTest(TestCase):
    def test_a_transport_has_two_buffers_and_resumes_a_paused_producer_when_both_are_empty(self) -> None:
        self.assertEqual((abstract.FileDescriptor.dataBuffer, abstract.FileDescriptor.offset), (b"", 0))
        made = inspect.getsource(abstract.FileDescriptor.__init__)
        self.assertIn("self._tempDataBuffer: list[bytes] = []", made)
        self.assertIn("self._tempDataLen = 0", made)
        drained = inspect.getsource(abstract.FileDescriptor.doWrite)
        self.assertIn("if self.offset == len(self.dataBuffer) and not self._tempDataLen:", drained)
        self.assertIn("or self.producerPaused", drained)
        self.assertIn("self.producerPaused = False\n                self.producer.resumeProducing()", drained)

    def test_the_transports_of_accepted_connections_are_told_from_others(self) -> None:
        for transport in (tcp.Server, unix.Server):
            self.assertTrue(is_plain(transport.__new__(transport)))
        secure = tcp.Server.__new__(tcp.Server)
        secure.TLS = True
        self.assertFalse(is_plain(secure))
        self.assertFalse(is_plain(object()))

    def test_a_channel_knows_its_requests_and_whether_the_transport_paused_it(self) -> None:
        channel = Channel()
        self.assertEqual(channel.requests, [])
        self.assertFalse(channel.is_waiting)
        self.assertIn("self._waitingForTransport = True", inspect.getsource(http.HTTPChannel.pauseProducing))
        self.assertIn("if self.persistent:", inspect.getsource(http.HTTPChannel.requestDone))


class AutobahnTest(TestCase):
    def test_all_that_it_sends_goes_through_send_data(self) -> None:
        source = inspect.getsource(protocol)
        writers = ("def _send(", "def sendData(")
        self.assertEqual(source.count("self.transport.write("), len(writers), "in these two alone")
        self.assertIn("self.sendData(raw, sync, chopsize)", inspect.getsource(WebSocketServerProtocol.sendFrame))

    def test_the_state_is_closing_once_the_close_frame_was_sent(self) -> None:
        source = inspect.getsource(WebSocketServerProtocol.sendCloseFrame)
        after = source.partition("self.sendFrame(opcode=8, payload=payload)")[2]
        self.assertTrue(
            after.lstrip().startswith("# update state\n            self.state = WebSocketProtocol.STATE_CLO")
        )

    def test_options_are_copied_into_connections_unless_there_are_none(self) -> None:
        self.assertEqual(Socket.CONFIG_ATTRS, ())
        self.assertIn("for configAttr in self.CONFIG_ATTRS:", inspect.getsource(protocol.WebSocketProtocol))


class DaphneTest(TestCase):
    def test_the_server_makes_its_factories_by_these_names(self) -> None:
        source = inspect.getsource(server.Server.run)
        self.assertIn("self.http_factory = HTTPFactory(self)", source)
        self.assertIn("self.ws_factory = WebSocketFactory(self, server=self.server_name)", source)
        self.assertIn('"before", "shutdown", self.kill_all_applications', source)

    def test_a_request_that_becomes_a_websocket_loses_its_transport(self) -> None:
        self.assertIn("transport, self.transport = self.transport, None", inspect.getsource(http_protocol.WebRequest))

    def test_pieces_of_an_answer_are_written_past_what_twisted_does_for_head(self) -> None:
        self.assertIn("http.Request.write(self, message", inspect.getsource(http_protocol.WebRequest.handle_reply))
        self.assertTrue(issubclass(Request, http_protocol.WebRequest))

    def test_the_application_is_told_on_close(self) -> None:
        self.assertIn("websocket.disconnect", inspect.getsource(ws_protocol.WebSocketProtocol.onClose))
