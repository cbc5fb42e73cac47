"""Executes a notebook with the project's kernel; writes the executed copy and its page, each whole or not at all.

usage: execute.py SOURCE TARGET PAGE SECONDS_PER_CELL

Prints one line a cell. Ends with 1 if a cell failed, with 2 if only the page did; the copy and the page are written
with what there is.
"""

import os
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

KERNEL = "glassy-motifs"


def main(source: str, target: str, page: str, seconds: int) -> int:
    notebook = nbformat.read(source, as_version=4)
    failure = execute(notebook, os.path.dirname(os.path.abspath(source)), seconds)
    write(target, nbformat.writes(notebook) + "\n")
    if failure:
        print(failure, flush=True)
    try:
        write(page, render(notebook, os.path.splitext(os.path.basename(source))[0]))
    except Exception as error:  # whatever a template or a filter of nbconvert may raise
        print(f"nbconvert could not render it: {error!r}", flush=True)
        return 1 if failure else 2
    return 1 if failure else 0


def execute(notebook, folder: str, seconds: int) -> str | None:
    """Executes all cells; gives what went wrong, if anything did."""
    code_cells = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]

    def announce(cell, cell_index):
        if cell_index in code_cells:
            print(f"cell {code_cells.index(cell_index) + 1} of {len(code_cells)}", flush=True)

    client = NotebookClient(
        notebook,
        timeout=seconds,
        kernel_name=KERNEL,
        resources={"metadata": {"path": folder}},
        # Times of execution would make every stored notebook differ.
        record_timing=False,
        coalesce_streams=True,
        on_cell_start=announce,
    )
    try:
        client.execute()
    except CellTimeoutError:
        return f"a cell took longer than {seconds} s"
    except CellExecutionError:
        return "a cell failed"
    except DeadKernelError:
        return "the kernel died"
    return None


def render(notebook, name: str) -> str:
    """The page, as `jupyter nbconvert --to html` makes it, in the process that has loaded most of that already."""
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
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
