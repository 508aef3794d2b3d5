"""Runs the aws command with the arguments that it reads, one JSON list a line, in this one process, because starting it takes most of
a second. Answers each with a line: {"code", "stdout", "stderr"}."""
import contextlib
import io
import json
import sys

from awscli.clidriver import create_clidriver

answers = sys.stdout
for line in sys.stdin:
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        code = create_clidriver().main(json.loads(line))
    answer = {"code": code, "stdout": stdout.getvalue(), "stderr": stderr.getvalue()}
    print(json.dumps(answer), file=answers, flush=True)
