"""Executes notebooks with the project's kernel; writes executed copies and their pages, each whole or not at all.

usage: execute.py SECONDS_PER_CELL

Takes jobs on stdin, a line of JSON each: {"name", "source", "target", "page"}. Jobs are done at once, each in a thread
of its own; whoever sends them decides how many there are at a time. Says on stdout, as lines of JSON with the job's
name, which cell begins ("cell") and how the job ended ("code" 0, 1 if a cell failed, 2 if only the page did, and why
in "said"); the copy and the page are written with what there is. Ends with stdin.
"""

import json
import os
import sys
import tempfile
import threading

# jsonschema would check IRIs with this package, which takes 0.7 s to load; the notebooks' schema has none.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

import nbformat  # noqa: E402
from nbclient import NotebookClient  # noqa: E402
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError  # noqa: E402

KERNEL = "glassy-motifs"

speaking = threading.Lock()
rendering = threading.Lock()


def main(seconds: int) -> None:
    for line in sys.stdin:
        threading.Thread(target=perform, args=(json.loads(line), seconds), daemon=True).start()


def perform(job: dict, seconds: int) -> None:
    # The kernel's own words, outside of cells: what it died of.
    with tempfile.TemporaryFile() as heard:
        try:
            code, said = execute_and_render(job, seconds, heard)
        except Exception as error:
            code, said = 1, repr(error)
        heard.seek(0)
        say(job["name"], code=code, said=heard.read().decode(errors="replace") + said)


def say(name: str, **what) -> None:
    with speaking:
        print(json.dumps({"name": name, **what}), flush=True)


def execute_and_render(job: dict, seconds: int, heard) -> tuple[int, str]:
    notebook = nbformat.read(job["source"], as_version=4)
    failure = execute(notebook, job, seconds, heard)
    write(job["target"], nbformat.writes(notebook) + "\n")
    try:
        write(job["page"], render(notebook, job["name"]))
    except Exception as error:  # whatever a template or a filter of nbconvert may raise
        said = f"{failure or ''}\nnbconvert could not render it: {error!r}"
        return 1 if failure else 2, said
    return (1, failure) if failure else (0, "")


def execute(notebook, job: dict, seconds: int, heard) -> str | None:
    """Executes all cells; gives what went wrong, if anything did."""
    code_cells = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]

    def announce(cell, cell_index):
        if cell_index in code_cells:
            say(job["name"], cell=f"cell {code_cells.index(cell_index) + 1} of {len(code_cells)}")

    client = NotebookClient(
        notebook,
        timeout=seconds,
        kernel_name=KERNEL,
        resources={"metadata": {"path": os.path.dirname(os.path.abspath(job["source"]))}},
        # Times of execution would make every stored notebook differ.
        record_timing=False,
        coalesce_streams=True,
        on_cell_start=announce,
    )
    try:
        client.execute(stdout=heard, stderr=heard)
    except CellTimeoutError:
        return f"a cell took longer than {seconds} s"
    except CellExecutionError:
        return "a cell failed"
    except DeadKernelError:
        return "the kernel died"
    return None


exporter = None


def render(notebook, name: str) -> str:
    """The page, as `jupyter nbconvert --to html` makes it."""
    global exporter
    with rendering:
        if exporter is None:
            from nbconvert.exporters import HTMLExporter

            # The template is in jupyter/nbconvert/templates, where JUPYTER_PATH leads nbconvert.
            exporter = HTMLExporter(template_name="report")
        return exporter.from_notebook_node(notebook, resources={"metadata": {"name": name}})[0]


def write(target: str, text: str) -> None:
    temporary = f"{target}.{os.getpid()}.tmp"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, target)


if __name__ == "__main__":
    main(int(sys.argv[1]))
