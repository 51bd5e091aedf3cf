"""Malformed requests, and what happens to a connection after an error."""

from contextlib import closing

import pytest

from tests.reliability.wire import answer_on, answers_on, dial, head, is_closed

MALFORMED = {
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) + b"\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "only digits": b"\r\n\r\n12345\r\n\r\n",
    "an unknown HTTP version": b"GET / HTTP/7.3\r\n\r\n",
    "a non-ASCII method": b"G\xc3\x89T / HTTP/1.1\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\nnothing\r\n\r\n",
    "a huge header": b"GET / HTTP/1.1\r\nX-Huge: " + b"x" * 200_000 + b"\r\n\r\n",
    "too many headers": b"GET / HTTP/1.1\r\n" + b"X-One: of many\r\n" * 10_000 + b"\r\n",
    "a huge URL": b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\n\r\n",
    "a length that is not a number": b"POST /api/projects HTTP/1.1\r\nContent-Length: ten\r\n\r\n",
    "a negative length": b"POST /api/projects HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "two different lengths": b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "a length and chunked encoding": b"POST / HTTP/1.1\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an unknown transfer encoding": b"POST / HTTP/1.1\r\nTransfer-Encoding: magic\r\n\r\n",
    "an unknown expectation": b"POST / HTTP/1.1\r\nExpect: miracles\r\n\r\n",
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_malformed_request_returns_a_json_error_and_closes_the_connection(service, data):
    with closing(dial(service, data)) as sock:
        answer = answer_on(sock)

        assert answer.status in (400, 414, 417, 431, 501, 505)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json["error"]
        assert answer.headers["Connection"] == "close"
        assert is_closed(sock)


def test_malformed_chunks_return_400_and_close_the_connection(service, ana):
    request = head(ana, "POST", "/api/projects", "Transfer-Encoding: chunked")
    with closing(dial(service, request + b"not a size\r\n{}\r\n0\r\n\r\n")) as sock:
        answer = answer_on(sock)

        assert (answer.status, answer.json["error"]) == (400, "Malformed request body")
        assert is_closed(sock)


def test_connection_stays_open_after_an_error(service, ana):
    invalid = head(ana, "POST", "/api/projects", "Content-Length: 9") + b"no object"
    unknown = head(ana, "GET", "/api/unknown")
    valid = head(ana, "GET", "/api/projects")
    with closing(dial(service)) as sock:
        for request, status in [(invalid, 400), (unknown, 404), (valid, 200)] * 2:
            sock.sendall(request)
            answer = answer_on(sock)
            assert (answer.status, answer.headers["Connection"]) == (status, "keep-alive")


def test_pipelined_requests_are_answered_in_order(service, ana):
    invalid = head(ana, "POST", "/api/projects", "Content-Length: 9") + b"no object"
    valid = head(ana, "GET", "/api/auth/me")
    last = head(ana, "GET", "/api/auth/me", "Connection: close")
    with closing(dial(service, invalid + valid + invalid + last)) as sock:
        assert [answer.status for answer in answers_on(sock)] == [400, 200, 400, 200]


def test_response_before_the_end_of_the_body_closes_the_connection(service):
    anonymous = service.client("invalid-token")
    request = head(anonymous, "POST", "/api/projects", "Content-Length: 1000000")
    with closing(dial(service, request + b" " * 1_000_000)) as sock:
        answer = answer_on(sock)

        assert (answer.status, answer.headers["Connection"]) == (401, "close")
        assert is_closed(sock)
