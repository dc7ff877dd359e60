"""Who is let in, who waits, who is told to come back: decided before a body is looked at.

In:  a department. Out: a place in a lane, or ServerBusy (503 with Retry-After) within WAIT_SECONDS.

A place stands for a database connection, so nothing that was let in waits for one. Reads and changes have lanes of
their own: a crowd of lists cannot hold up a report of harm. Within a lane
  - no department holds every place while another one is present: one stays for the others;
  - departments take turns, each in the order of its own requests;
  - when all waiting places are taken, the newest request of the department with most of them makes room.
Source: reliability plan, section 8.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable

from kinfold.transport.errors import ServerBusy
from kinfold.transport.limit import COMPANY_SECONDS, MAX_WAITING, WAIT_SECONDS


class _Waiter:
    """One request in the queue; `future` is done when it may go in, or has to leave."""

    __slots__ = ("future", "timer")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, seconds: float, expire: Callable[[_Waiter], None]
    ) -> None:
        self.future: asyncio.Future[None] = loop.create_future()
        self.timer = loop.call_later(seconds, expire, self)


class Lane:
    """`places` requests at work, `waiting` behind them for at most `seconds`. Every `enter` needs its `leave`."""

    def __init__(self, places: int, *, waiting: int = MAX_WAITING, seconds: float = WAIT_SECONDS) -> None:
        self._places = places
        self._share = max(1, places - 1)
        self._max_waiting = waiting
        self._seconds = seconds
        self._at_work: Counter[str] = Counter()
        self._busy = 0
        self._last_seen: dict[str, float] = {}
        # The department that comes next stands first.
        self._queues: OrderedDict[str, deque[_Waiter]] = OrderedDict()
        self._waiting = 0

    async def enter(self, department: str) -> None:
        """Take a place, after a wait if need be; ServerBusy when there is none in time."""
        loop = asyncio.get_running_loop()
        self._last_seen[department] = loop.time()
        # Whoever waits while a place is free waits for his department's share: nobody is overtaken here.
        if self._may_enter(department):
            self._take(department)
            return
        if self._waiting >= self._max_waiting:
            self._make_room(department)
        waiter = _Waiter(loop, self._seconds, _send_away)
        self._queues.setdefault(department, deque()).append(waiter)
        self._waiting += 1
        try:
            await waiter.future
        except BaseException:
            if waiter.future.done() and not waiter.future.cancelled() and waiter.future.exception() is None:
                self.leave(department)  # cancelled in the moment in which its turn came
            else:
                self._remove(department, waiter)
            raise
        finally:
            waiter.timer.cancel()

    def leave(self, department: str) -> None:
        """Give the place back; the next in turn takes it."""
        self._busy -= 1
        self._at_work[department] -= 1
        if not self._at_work[department]:
            del self._at_work[department]
        if self._waiting:
            self._call_next()

    def _may_enter(self, department: str) -> bool:
        if self._busy >= self._places:
            return False
        return self._at_work[department] < self._share or self._is_alone(department)

    def _is_alone(self, department: str) -> bool:
        present = self._last_seen[department] - COMPANY_SECONDS
        return all(name == department or when < present for name, when in self._last_seen.items())

    def _take(self, department: str) -> None:
        self._busy += 1
        self._at_work[department] += 1

    def _call_next(self) -> None:
        for department in list(self._queues):
            if not self._may_enter(department):
                continue
            queue = self._queues[department]
            while queue:
                waiter = queue.popleft()
                self._waiting -= 1
                if not waiter.future.done():
                    self._take(department)
                    waiter.future.set_result(None)
                    break
            self._queues.move_to_end(department)
            if not queue:
                del self._queues[department]
            if self._busy >= self._places:
                return

    def _make_room(self, department: str) -> None:
        """Send away the newest of the department with most waiting, if that is fairer than refusing this one."""
        if not self._queues:
            raise ServerBusy  # a lane in which nobody may wait
        greedy = max(self._queues, key=lambda name: len(self._queues[name]))
        own = len(self._queues.get(department, ()))
        if len(self._queues[greedy]) <= own + 1:
            raise ServerBusy
        waiter = self._queues[greedy][-1]
        self._remove(greedy, waiter)
        _send_away(waiter)

    def _remove(self, department: str, waiter: _Waiter) -> None:
        queue = self._queues.get(department)
        if queue is None or waiter not in queue:
            return
        queue.remove(waiter)
        self._waiting -= 1
        if not queue:
            del self._queues[department]


def _send_away(waiter: _Waiter) -> None:
    if not waiter.future.done():
        waiter.future.set_exception(ServerBusy())
