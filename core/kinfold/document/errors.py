"""Why a document is refused before anything is planned."""

from __future__ import annotations

from graphql import GraphQLError

from kinfold.errors import DocumentError, PluginError


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


class OperationNotRegistered(DocumentError):
    """No registered operation has the hash that was sent. Nothing is registered by sending it."""

    code = "D108"
    # Clients of automatic persisted queries look for this word.
    message = "PersistedQueryNotFound: no operation is registered under this hash."
    message_zh = "该操作未登记。"
    hint = "Take hashes from schema/operations.json of this very release; operations are registered in files, never by a request."


class AdHocRefused(DocumentError):
    """A document of one's own, in production, without the developer purpose."""

    code = "D109"
    status = 403
    message = "Only registered operations are answered here."
    message_zh = "此环境只接受已登记的操作。"
    hint = "Send the hash of a registered operation as documentId; documents of your own need the purpose `development`."


class DocumentIdWrong(DocumentError):
    """A document's identifier is not one, or not that of the document sent with it."""

    code = "D110"
    message = "The identifier of the document is malformed, or belongs to another document."
    message_zh = "操作标识有误。"
    hint = "Write documentId as sha256: and 64 lower-case hexadecimal digits over the document's exact text."


class VariablesTooLarge(DocumentError):
    """The variables hold too many values or levels; looked at before anything is parsed."""

    code = "D111"
    message = "The variables hold too many values or levels."
    message_zh = "变量过多或嵌套过深。"
    hint = "Send long lists in several requests."


class OperationFileWrong(PluginError):
    """A registered operation does not fit: the server does not start. The detail names file and line."""

    code = "X111"
    message = "A registered operation is wrong."
    message_zh = "登记的操作有误。"
    hint = "Mend the file under schema/operations, or remove it; docs/how-to/register-an-operation.md says what it must hold."
