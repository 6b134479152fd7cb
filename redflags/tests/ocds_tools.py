"""Holds our packages against the standard's own programs, without a network.

    ocds_tools.py FOLDER PROCUREMENT

FOLDER has releases.json, records.json and compiled.json; PROCUREMENT the schema of the standard and the bid extension.
libcoveocds must find no error and no undeclared field; ocdsmerge and ocdskit must merge the releases into our compiled
ones. What differs is printed; the exit code is then 1.
"""
import functools
import http.server
import json
import subprocess
import sys
import tempfile
import threading
import zipfile
from pathlib import Path

import json_merge_patch
import ocdsmerge
from libcoveocds.api import ocds_json_output
from libcoveocds.config import LibCoveOCDSConfig


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def main(folder, procurement):
    folder, procurement = Path(folder), Path(procurement).resolve()
    handler = functools.partial(Quiet, directory=procurement / "ocds_bid_extension")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    extension = f"http://127.0.0.1:{server.server_port}/extension.json"
    packages = {name: json.loads((folder / f"{name}.json").read_text()) for name in ("releases", "records")}
    for package in packages.values():
        package["extensions"] = [extension]
    faults = []
    standard = without_versions(procurement / "ocds-1.1.5.zip", folder / "standard.zip")
    for name, package in packages.items():
        faults += [f"{name}: {fault}" for fault in checked(package, standard)]
    # A check that finds nothing in a spoiled copy would say nothing of ours.
    spoiled = json.loads(json.dumps(packages["releases"]))
    spoiled["releases"][0]["tender"]["undeclared"] = "x"
    spoiled["releases"][0]["date"] = "yesterday"
    found = " ".join(checked(spoiled, standard))
    faults += [f"a spoiled copy passes: no {kind} found" for kind in ("error:", "undeclared:") if kind not in found]
    compiled = json.loads((folder / "compiled.json").read_text())
    schema = patched_schema(procurement, folder / "schema.json")
    faults += merged_by_ocdsmerge(packages["releases"], compiled, schema)
    faults += merged_by_ocdskit(packages["releases"], compiled, schema)
    print(f"{len(packages['releases']['releases'])} releases of {len(compiled)} processes, {len(faults)} faults")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def without_versions(standard, copy):
    """The standard without the schema of versioned releases, which it takes from the network; our records have none."""
    with zipfile.ZipFile(standard) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("/record-package-schema.json"):
                schema = json.loads(content)
                del schema["definitions"]["record"]["properties"]["versionedRelease"]
                content = json.dumps(schema)
            target.writestr(name, content)
    return copy.resolve()


def checked(package, standard):
    config = LibCoveOCDSConfig()
    config.config["standard_zip"] = standard.as_uri()
    config.config["context"] = "api"
    with tempfile.TemporaryDirectory() as output:
        result = ocds_json_output(output, lib_cove_ocds_config=config, json_data=package)
    faults = [f"error: {json.dumps(error, ensure_ascii=False)[:600]}" for error in result.get("validation_errors", [])]
    faults += [f"undeclared: {field}" for field in result.get("all_additional_fields", result.get("additional_fields", []))]
    extensions = result.get("extensions", {})
    if extensions.get("invalid_extension") or not extensions.get("is_extended_schema", True):
        faults.append(f"the bid extension was not applied: {extensions}")
    return faults


def patched_schema(procurement, path):
    """The release schema of the standard with that of the bid extension laid over it (RFC 7386)."""
    with zipfile.ZipFile(procurement / "ocds-1.1.5.zip") as standard:
        schema = json.loads(standard.read("standard-1__1__5/schema/release-schema.json"))
    extension = json.loads((procurement / "ocds_bid_extension" / "release-schema.json").read_text())
    path.write_text(json.dumps(json_merge_patch.merge(schema, extension)))
    return str(path)


def merged_by_ocdsmerge(package, compiled, schema):
    merger = ocdsmerge.Merger(schema)
    faults = []
    for ours in compiled:
        releases = [release for release in package["releases"] if release["ocid"] == ours["ocid"]]
        theirs = merger.create_compiled_release(releases)
        faults += [f"ocdsmerge: {fault}" for fault in different(ours, theirs)]
    return faults


def merged_by_ocdskit(package, compiled, schema):
    ocdskit = [sys.executable, "-m", "ocdskit", "compile", "--schema", schema]
    run = subprocess.run(ocdskit, input=json.dumps(package), capture_output=True, text=True)
    if run.returncode:
        return [f"ocdskit: {run.stderr[-600:]}"]
    theirs = [json.loads(line) for line in run.stdout.splitlines()]
    if len(theirs) != len(compiled):
        return [f"ocdskit: {len(theirs)} processes for our {len(compiled)}"]
    by_ocid = {release["ocid"]: release for release in theirs}
    return [f"ocdskit: {fault}" for ours in compiled for fault in different(ours, by_ocid[ours["ocid"]])]


def different(ours, theirs, path=""):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in sorted(ours.keys() | theirs.keys()):
            yield from different(ours.get(name), theirs.get(name), f"{path}/{name}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for n, (one, other) in enumerate(zip(ours, theirs)):
            yield from different(one, other, f"{path}/{n}")
    elif ours != theirs:
        yield f"{path}: ours {json.dumps(ours, ensure_ascii=False)[:200]}, merged {json.dumps(theirs, ensure_ascii=False)[:200]}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
