"""The peer of the joint case: SpiffWorkflow runs `joint.bpmn`, its state saved to SQLite with fsync after every act.

    python joint.py SECONDS

Prints how many cases a second one client completed. Eight acts a case, as in ours; no law, clocks, ledger or figures.
"""

import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState


def main() -> None:
    seconds = float(sys.argv[1])
    parser = BpmnParser()
    parser.add_bpmn_file(str(Path(__file__).with_name("joint.bpmn")))
    spec = parser.get_spec("joint")
    serializer = BpmnWorkflowSerializer()
    with tempfile.TemporaryDirectory() as folder:
        store = sqlite3.connect(Path(folder) / "peer.db")
        store.execute("pragma journal_mode = wal")
        store.execute("pragma synchronous = full")
        store.execute("create table process (id integer primary key, state text not null)")
        store.commit()
        started, cases, acts = time.perf_counter(), 0, 0
        while time.perf_counter() - started < seconds:
            acts += complete(BpmnWorkflow(spec), cases, serializer, store)
            cases += 1
        took = time.perf_counter() - started
    if acts != 8 * cases:
        sys.exit(f"{acts} acts in {cases} cases: the process is not the one that is compared")
    print(f"{cases / took:.1f}")


def complete(workflow, case, serializer, store) -> int:
    """One case from receipt to delivery; answers how many acts of people it took."""
    workflow.do_engine_steps()
    acts = 0
    while not workflow.is_completed():
        task = workflow.get_tasks(state=TaskState.READY, manual=True)[0]
        task.run()
        workflow.do_engine_steps()
        state = serializer.serialize_json(workflow)
        store.execute("insert into process values (?, ?) on conflict (id) do update set state = excluded.state", (case, state))
        store.commit()
        acts += 1
    return acts


if __name__ == "__main__":
    main()
