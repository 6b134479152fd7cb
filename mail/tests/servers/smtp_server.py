# A mail server on a free port of this machine, for the tests of fadu-mail: each message it takes becomes a file in the
# folder it is given, its envelope in the first two lines. An address that begins with `nobody` does not exist; one that
# begins with `later` is put off.
import pathlib
import sys
import time

from aiosmtpd.controller import Controller

folder = pathlib.Path(sys.argv[1])
# A server started again goes on after what it took before.
n = len(list(folder.glob("*.eml"))) if folder.exists() else 0


class Keep:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 no such mailbox"
        if address.startswith("later"):
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        global n
        n += 1
        whole = f"from:{envelope.mail_from}\nto:{','.join(envelope.rcpt_tos)}\n".encode() + envelope.content
        beside = folder / f".{n:04}"
        beside.write_bytes(whole)
        beside.rename(folder / f"{n:04}.eml")
        return "250 OK"


controller = Controller(Keep(), hostname="127.0.0.1", port=int(sys.argv[2]))
controller.start()
print("ready", flush=True)
while True:
    time.sleep(3600)
