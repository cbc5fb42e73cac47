"""Executes a notebook with the project's kernel; writes the executed copy and its page, each whole or not at all.

usage: execute.py SECONDS_PER_CELL SOURCE TARGET PAGE

Says on stdout which cell begins, and at the end what went wrong. Ends with 0, with 1 if a cell failed, with 2 if only
the page did; the copy and the page are written with what there is.
"""

import os
import sys

# jsonschema would check IRIs with this package, which takes 0.7 s to load; the notebooks' schema has none.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

import nbformat  # noqa: E402
from nbclient import NotebookClient  # noqa: E402
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError  # noqa: E402

KERNEL = "glassy-motifs"


def main(seconds: int, source: str, target: str, page: str) -> int:
    notebook = nbformat.read(source, as_version=4)
    failure = execute(notebook, source, seconds)
    write(target, nbformat.writes(notebook) + "\n")
    try:
        write(page, render(notebook, os.path.splitext(os.path.basename(source))[0]))
    except Exception as error:  # whatever a template or a filter of nbconvert may raise
        print(f"{failure or ''}\nnbconvert could not render it: {error!r}", flush=True)
        return 1 if failure else 2
    if failure:
        print(failure, flush=True)
    return 1 if failure else 0


def execute(notebook, source: str, seconds: int) -> str | None:
    """Executes all cells; returns what went wrong, if anything did."""
    code_cells = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]

    def announce(cell, cell_index):
        if cell_index in code_cells:
            print(f"cell {code_cells.index(cell_index) + 1} of {len(code_cells)}", flush=True)

    client = NotebookClient(
        notebook,
        timeout=seconds,
        kernel_name=KERNEL,
        resources={"metadata": {"path": os.path.dirname(os.path.abspath(source))}},
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
    """The page, as `jupyter nbconvert --to html` makes it."""
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
    sys.exit(main(int(sys.argv[1]), *sys.argv[2:]))
