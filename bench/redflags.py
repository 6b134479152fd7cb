#!/usr/bin/env python3
"""The compatible red-flag mode beside its peer, in one run: CPU seconds, wall seconds, peak memory, releases a CPU second.

    redflags.py OURS SETTINGS RELEASES.jsonl [PEER]

OURS is `fadu` or the example `indicators` of fadu-redflags, PEER the program `ocdscardinal`. Both correct the releases as
the settings say and calculate all eleven indicators; the peer needs two passes for it. Three rounds each, turn about,
medians; then ours with one thread and with two. Exit code 1 where results differ or a bound is missed: five times the
peer's releases a CPU second, 300 MB. Without PEER its 19.6 CPU seconds for 226,925 releases (two quiet cores) stand in.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time


def timed(args, out=None):
    start = time.monotonic()
    process = subprocess.Popen(args, stdout=out or subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{args[0]} failed")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024


def ours(program, settings, releases, threads, out=None):
    if os.path.basename(program) == "indicators":
        args = [program, settings, releases, "--prepare", "--threads", str(threads)]
    else:
        args = [program, "ocds", "indicators", "--compat", "--prepare", "-s", settings, "--threads", str(threads), releases]
    return timed(args, out)


def peer(program, settings, releases, folder, out):
    prepared = os.path.join(folder, "prepared.jsonl")
    first = timed([program, "prepare", "-s", settings, "-o", prepared, "-e", os.devnull, releases])
    second = timed([program, "indicators", "-s", settings, prepared], out)
    return first[0] + second[0], first[1] + second[1], max(first[2], second[2])


def told(name, n, rounds):
    cpu, wall, memory = (statistics.median(column) for column in zip(*rounds))
    print(f"{name:16} {cpu:7.2f} CPU s {wall:7.2f} s wall {memory:6.0f} MB {n / cpu:10,.0f} releases a CPU s")
    return cpu, memory


def main(program, settings, releases, peer_program=None):
    cores = os.cpu_count()
    with open(releases, "rb") as file:
        n = sum(1 for _ in file)
    print(f"{n:,} releases, {os.path.getsize(releases) / 1e6:.0f} MB, {cores} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        mine, theirs = [], []
        for _ in range(3):
            if peer_program:
                with open(os.path.join(folder, "peer.json"), "wb") as out:
                    theirs.append(peer(peer_program, settings, releases, folder, out))
            with open(os.path.join(folder, "ours.json"), "wb") as out:
                mine.append(ours(program, settings, releases, cores, out))
        same = True
        if peer_program:
            answers = [json.load(open(os.path.join(folder, name))) for name in ("ours.json", "peer.json")]
            same = answers[0] == answers[1]
            peer_cpu, _ = told("peer", n, theirs)
        else:
            peer_cpu = 19.6 * n / 226_925
            print(f"{'peer (noted)':16} {peer_cpu:7.2f} CPU s")
        cpu, memory = told(f"ours, {cores} threads", n, mine)
        for threads in (1, 2):
            told(f"ours, {threads}", n, [ours(program, settings, releases, threads) for _ in range(3)])
    print(f"{peer_cpu / cpu:.1f} times the peer's releases a CPU second; results {'equal' if same else 'DIFFER'}; load {os.getloadavg()[0]:.1f}")
    return 0 if same and peer_cpu / cpu >= 5 and memory < 300 else 1


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
