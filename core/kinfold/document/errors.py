"""Why a document is refused before anything is planned."""

from __future__ import annotations

from graphql import GraphQLError

from kinfold.errors import DocumentError


class SyntaxWrong(DocumentError):
    """The text is not GraphQL."""

    code = "D101"
    message = "The document is not valid GraphQL."
    message_zh = "查询语法有误。"
    hint = "Open /graphql in a browser: the editor marks the place."


class DocumentInvalid(DocumentError):
    """The document does not fit the schema; `errors` says where."""

    code = "D102"
    message = "The document does not fit the schema."
    message_zh = "查询与接口定义不符。"
    hint = "See /schema.graphql for every type, field and argument."

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors


class DocumentTooLarge(DocumentError):
    """A limit is passed; the detail names it and its bound."""

    code = "D103"
    message = "The document asks for too much at once."
    message_zh = "查询过大。"
    hint = "Split it, page with first/after, or ask for fewer fields."


class OperationUnknown(DocumentError):
    """Which operation of the document to run is not clear."""

    code = "D104"
    message = "The document has no operation of that name, or has several and none was named."
    message_zh = "未指明要执行的操作。"
    hint = "Send operationName with the name of one operation in the document."


class VariableWrong(DocumentError):
    """A variable is missing or of the wrong type; `errors` says which."""

    code = "D105"
    message = "A variable is missing or has the wrong type."
    message_zh = "变量缺失或类型不符。"
    hint = "Compare the variables with their declarations at the top of the operation."

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors


class IdMalformed(DocumentError):
    """An id is not one of ours."""

    code = "D106"
    message = "An id is not a global id of this API."
    message_zh = "标识格式有误。"
    hint = "Use ids as the API returns them, e.g. Child:370983:<uuid>."


class SchemaNotTold(DocumentError):
    """Introspection outside development."""

    code = "D107"
    message = "Questions about the schema are not answered here."
    message_zh = "此环境不提供接口自省。"
    hint = "Use schema/kinfold.graphql, or ask a development server."
