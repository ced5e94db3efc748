"""Runs a program in a pseudo-terminal: run-in-terminal.py COLUMNS ROWS PROGRAM ARGUMENT...

Its standard input takes a JSON object a line: {"write": text}, {"resize": [columns, rows]}, {"signal": name}. What the
program prints goes to its standard output; how it leaves the terminal ("cooked", or "raw") to its standard error. Ends with the program's exit code, or 128 and its signal.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios


def resize(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def obey(command, terminal, child):
    if "write" in command:
        os.write(terminal, command["write"].encode())
    if "resize" in command:
        resize(terminal, *command["resize"])
    if "signal" in command:
        os.kill(child, getattr(signal, command["signal"]))


def relay(terminal, child):
    """Until the program has closed its side."""
    unread = b""
    inputs = [terminal, 0]
    while True:
        ready, _, _ = select.select(inputs, [], [])
        if 0 in ready:
            chunk = os.read(0, 65536)
            if not chunk:
                inputs = [terminal]
            *lines, unread = (unread + chunk).split(b"\n")
            for line in lines:
                obey(json.loads(line), terminal, child)
        if terminal in ready:
            try:
                chunk = os.read(terminal, 65536)
            except OSError:
                return
            if not chunk:
                return
            os.write(1, chunk)


columns, rows, *program = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(program[0], program)
resize(terminal, int(columns), int(rows))
relay(terminal, child)
_, status = os.waitpid(child, 0)
is_cooked = termios.tcgetattr(terminal)[3] & (termios.ICANON | termios.ECHO) == termios.ICANON | termios.ECHO
sys.stderr.write("cooked" if is_cooked else "raw")
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
