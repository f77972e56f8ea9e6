"""Measures: open descriptors."""
import asyncio
import contextlib
import os
import socket
import sqlite3
import tempfile

from _runner import measured, open_descriptors, run, shape

folder = tempfile.mkdtemp()
path = os.path.join(folder, "shop.db")
# What a cache, a traceback or a cycle would do: keep the connection reachable after the function is done with it.
held = []


def with_commits(_turn):
    with sqlite3.connect(path) as conn:
        conn.execute("create table if not exists users (name)")
    held.append(conn)


def with_closing(_turn):
    with contextlib.closing(sqlite3.connect(path)) as conn:
        conn.execute("create table if not exists users (name)")
    held.append(conn)


# add_user_leaks: `with` on a connection commits, it does not close.
shape("with sqlite3.connect()", "python/unclosed-connection/basic.py:add_user_leaks",
      lambda n: measured(open_descriptors, with_commits, n), lambda n: measured(open_descriptors, with_closing, n))


class Mirror:
    def __init__(self, both):
        self.both = both
        self.primary = sqlite3.connect(path)
        self.backup = sqlite3.connect(path)
        self.primary.execute("select 1 from sqlite_master").fetchall()
        self.backup.execute("select 1 from sqlite_master").fetchall()

    def close(self):
        self.primary.close()
        if self.both:
            self.backup.close()


def mirror(both):
    def action(_turn):
        owner = Mirror(both)
        owner.close()
        held.append(owner)

    return lambda n: measured(open_descriptors, action, n)


# MirrorLeaks: close() closes one of the two.
shape("owner closes one of two", "python/unclosed-connection/owners.py:MirrorLeaks", mirror(False), mirror(True))


def bind_fails(closes):
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    held.append(taken)
    address = taken.getsockname()

    def action(_turn):
        server = socket.socket()
        try:
            server.bind(address)
        except OSError as error:
            if closes:
                server.close()
            # The traceback holds the frame, and the frame the socket.
            held.append(error)

    return lambda n: measured(open_descriptors, action, n)


# listen_leaks: the socket is lost when bind() raises.
shape("bind raises", "python/unclosed-connection/paths.py:listen_leaks", bind_fails(False), bind_fails(True))


def streams(closes):
    async def ask(n):
        # The kernel completes the connections; nobody needs to accept them.
        with socket.create_server(("127.0.0.1", 0), backlog=256) as server:
            before = open_descriptors()
            for _ in range(n):
                _, writer = await asyncio.open_connection(*server.getsockname())
                held.append(writer)
                if closes:
                    writer.close()
                    await writer.wait_closed()
            return open_descriptors() - before

    return lambda n: asyncio.run(ask(n))


# ask_leaks: the writer of open_connection() is not closed; the loop keeps its transport.
shape("asyncio stream", "python/unclosed-connection/paths.py:ask_leaks", streams(False), streams(True))

run()
