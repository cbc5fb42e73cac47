"""Executes a notebook with the project's kernel; writes the executed copy and its page, each whole or not at all.

usage: execute.py SECONDS_PER_CELL SOURCE TARGET PAGE

Says on stdout which cell begins, and at the end what went wrong. Ends with 0, with 1 if a cell failed, with 2 if only
the page did, with 3 if nothing could be written; the copy and the page are written with what there is.
"""

import os
import re
import sys
import threading
import time
from pathlib import Path

# jsonschema would check IRIs with this package, which takes 0.7 s to load; the notebooks' schema has none.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

import nbformat  # noqa: E402
from nbclient import NotebookClient  # noqa: E402
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError  # noqa: E402

KERNEL = "glassy-motifs"


def main(seconds: int, source: str, target: str, page: str) -> int:
    notebook = nbformat.read(source, as_version=4)
    failure = execute(notebook, source, seconds)
    try:
        return finish(notebook, failure, source, target, page)
    except OSError as error:
        print(f"{error.filename} cannot be written: {error.strerror}", flush=True)
        return 3


def finish(notebook, failure: str | None, source: str, target: str, page: str) -> int:
    """Writes the copy and the page; returns the exit code."""
    write(target, nbformat.writes(notebook) + "\n")
    try:
        text = render(notebook, Path(source))
    except Exception as error:  # whatever a template or a filter of nbconvert may raise
        print(f"{failure or ''}\nnbconvert could not render it: {error!r}", flush=True)
        return 1 if failure else 2
    write(page, text)
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


def render(notebook, source: Path) -> str:
    """The page, as `jupyter nbconvert --to html` makes it, with links to the chapters before and after, and contents."""
    from nbconvert.exporters import HTMLExporter

    chapters = sorted(path for path in source.parent.glob("*.ipynb") if re.match(r"\d\d-", path.name))
    at = chapters.index(source) if source in chapters else -1
    links = {
        "previous": chapter(chapters[at - 1]) if at > 0 else None,
        "next": chapter(chapters[at + 1]) if 0 <= at < len(chapters) - 1 else None,
        "cells": " ".join(Path(cell).name for cell in os.environ.get("GLASSY_CELLS", "").split(os.pathsep)),
    }
    # The template is in jupyter/nbconvert/templates, where JUPYTER_PATH leads nbconvert.
    exporter = HTMLExporter(template_name="report")
    resources = {"metadata": {"name": title_of(notebook) or source.stem}, "report": links}
    html = exporter.from_notebook_node(notebook, resources=resources)[0]
    # Other notebooks have pages beside this one.
    html = re.sub(r'href="(\d\d-[\w-]+)\.ipynb', r'href="\1.html', html)
    # Headings have their anchors only now.
    headings = re.findall(r'<h2 id="([^"]+)">(.*?)(?:<a class="anchor-link".*?)?</h2>', html, re.DOTALL)
    items = "".join(f'<li><a href="#{anchor}">{text}</a></li>' for anchor, text in headings)
    return html.replace("<!-- contents -->", f"<ul>{items}</ul>", 1)


def chapter(path: Path) -> dict[str, str]:
    """Address and title of a notebook's page."""
    try:
        title = title_of(nbformat.read(path, as_version=4))
    except Exception:  # whatever a damaged file may raise: it has an error message of its own
        title = ""
    return {"page": f"{path.stem}.html", "title": title or path.stem}


def title_of(notebook) -> str:
    """The first heading."""
    texts = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return next((match[1].strip() for text in texts if (match := re.search(r"^# (.+)$", text, re.MULTILINE))), "")


def write(target: str, text: str) -> None:
    temporary = f"{target}.{os.getpid()}.tmp"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, target)


def end_with_parent() -> None:
    """Ends this process, and with it the kernel, once the one that started it has ended, even if it was killed."""
    parent = os.getppid()

    def watch():
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    end_with_parent()
    sys.exit(main(int(sys.argv[1]), *sys.argv[2:]))
