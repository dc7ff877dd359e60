"""Why an HTTP request is refused before its content is looked at."""

from __future__ import annotations

from kinfold.errors import TransportError


class MediaTypeWrong(TransportError):
    """The body is not declared as JSON (form types skip the browser's preflight and are never taken)."""

    code = "T101"
    status = 415
    message = "The body must be application/json."
    message_zh = "请求体须为 application/json。"
    hint = "Send the header Content-Type: application/json."


class BodyTooLarge(TransportError):
    code = "T102"
    status = 413
    message = "The request body is larger than 64 KiB."
    message_zh = "请求体过大。"
    hint = "Send long lists in several requests."


class JsonMalformed(TransportError):
    code = "T103"
    message = "The body is not valid JSON."
    message_zh = "请求体不是有效的 JSON。"
    hint = 'Send {"query": "…", "variables": {…}}.'


class BodyWrong(TransportError):
    code = "T104"
    message = "The body is not a GraphQL request."
    message_zh = "请求体不是 GraphQL 请求。"
    hint = 'Send an object with a string "query" and, if needed, an object "variables" and a string "operationName".'


class MethodWrong(TransportError):
    code = "T105"
    status = 405
    message = "GraphQL is asked with POST."
    message_zh = "请使用 POST 方法。"
    hint = "Send POST /graphql; GET with Accept: text/html opens the editor in development."


class NotAcceptable(TransportError):
    code = "T106"
    status = 406
    message = "The answer can only be JSON."
    message_zh = "仅能以 JSON 应答。"
    hint = "Accept application/graphql-response+json or application/json."


class IdempotencyKeyWrong(TransportError):
    code = "T107"
    message = "The Idempotency-Key is not a UUID."
    message_zh = "幂等键不是 UUID。"
    hint = "Send a fresh random UUID for each change, and the same one when you retry it."


class PathUnknown(TransportError):
    code = "T108"
    status = 404
    message = "There is nothing at this address."
    message_zh = "地址不存在。"
    hint = "See docs/reference/http.md for the addresses."


class Unexpected(TransportError):
    """A fault of ours. The log has the trace id and the kind of error, never its text."""

    code = "T109"
    status = 500
    message = "The server made a mistake."
    message_zh = "服务器内部错误。"
    hint = "Give the trace id to the operator."


class PortTaken(TransportError):
    """The server cannot listen on its address."""

    code = "T110"
    status = 500
    message = "The address is taken or not ours."
    message_zh = "端口已被占用。"
    hint = "Choose another port: PORT=8001 make serve."


class BodyTooSlow(TransportError):
    """The body was still incomplete at the request's deadline: a slow line, or an attack by slowness."""

    code = "T111"
    status = 408
    message = "The request body did not arrive in time."
    message_zh = "请求体接收超时。"
    hint = "Send the whole body at once, within 5 seconds."


class OriginForeign(TransportError):
    """A browser sent this for a page of another origin. No such page is served: there is no CORS here."""

    code = "T112"
    status = 403
    message = "Requests of pages of another origin are not answered."
    message_zh = "不接受来自其他网站的请求。"
    hint = "Serve the page from the address of the API, or ask from a program."


class ServerBusy(TransportError):
    """More is asked at once than the database's connections carry; nothing of this request was looked at."""

    code = "T113"
    status = 503
    message = "The server has too much to do just now."
    message_zh = "服务器繁忙。"
    hint = "Try again after the seconds that Retry-After says."


class DeadlinePassed(TransportError):
    """The work was not done in time and was stopped, in the database as well."""

    code = "T114"
    status = 504
    message = "The request took longer than 5 seconds and was stopped."
    message_zh = "请求处理超时。"
    hint = "Ask for fewer rows, or narrow the filter; send a change again with the same Idempotency-Key."


class ClientGone(TransportError):
    """The client closed its connection before the answer; stands in the log only, with status 499."""

    code = "T115"
    status = 499
    message = "The client did not wait for the answer."
    message_zh = "客户端已断开连接。"
    hint = "Wait for the answer; a read is stopped as soon as its client has gone."


class CodingWrong(TransportError):
    """The body is compressed. A compressed body could grow without bound, and 64 KiB need no compression."""

    code = "T116"
    status = 415
    message = "The request body must not be compressed."
    message_zh = "请求体不得压缩。"
    hint = "Send no Content-Encoding."
