#!/usr/bin/env python3
"""A large market from a small one: whole tenders drawn with replacement into renamed copies.

    resample.py RELEASES.jsonl OUT.jsonl [COPIES] [SEED]

Each copy draws as many tenders as there are and renames processes and organisations, so that copies never meet. With
the 1,565 auctions of Tsuchiura and 145 copies: 226,925 releases. The same seed gives the same bytes.
"""
import random
import re
import sys

ORGANISATION = re.compile(rb'"JP-TSU-(\d+)"')
PROCESS = re.compile(rb'^\{"ocid": "([^"]+)", "id": "([^"]+)"')


def main(source, target, copies=145, seed=20250301):
    draw = random.Random(int(seed))
    with open(source, "rb") as file:
        tenders = file.read().splitlines()
    with open(target, "wb") as out:
        for copy in range(int(copies)):
            org = rb'"JP-TSU-\1-%d"' % copy
            renamed = [ORGANISATION.sub(org, tender) for tender in tenders]
            for n in range(len(tenders)):
                tender = renamed[draw.randrange(len(renamed))]
                ocid, release = PROCESS.match(tender).groups()
                start = b'{"ocid": "%s-%d-%d", "id": "%s-%d-%d"' % (ocid, copy, n, release, copy, n)
                out.write(PROCESS.sub(lambda _: start, tender, count=1) + b"\n")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
