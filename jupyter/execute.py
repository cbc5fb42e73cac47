"""Executes a notebook with the project's kernel and writes the executed copy, whole or not at all.

usage: execute.py SOURCE TARGET SECONDS_PER_CELL

Prints one line a cell. Ends with 1 if a cell failed; the copy is then written with what there is.
"""

import os
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

KERNEL = "glassy-motifs"


def main(source: str, target: str, seconds: int) -> int:
    notebook = nbformat.read(source, as_version=4)
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
    failure = None
    try:
        client.execute()
    except CellTimeoutError:
        failure = f"a cell took longer than {seconds} s"
    except CellExecutionError:
        failure = "a cell failed"
    except DeadKernelError:
        failure = "the kernel died"
    write(notebook, target)
    if failure:
        print(failure, flush=True)
        return 1
    return 0


def write(notebook, target: str) -> None:
    temporary = f"{target}.{os.getpid()}.tmp"
    nbformat.write(notebook, temporary)
    os.replace(temporary, target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
