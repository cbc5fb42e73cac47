"""Pages of the site: the stored notebooks as they are, and the inside of pages from Markdown.

usage: site.py FOLDER FILE.md…

Writes FOLDER/NAME.html for every notebook, and the HTML of the Markdown files as one JSON object to stdout.
"""

import json
import sys
from pathlib import Path

import execute
import nbformat
from nbconvert.filters.markdown_mistune import markdown2html_mistune


def main(folder: str, files: list[str]) -> None:
    for source in sorted(Path("notebooks").glob("[0-9][0-9]-*.ipynb")):
        page = execute.render(nbformat.read(source, as_version=4), source)
        execute.write(str(Path(folder) / f"{source.stem}.html"), page)
    # Without the marks beside headings, which are of notebooks.
    pages = {file: markdown2html_mistune(Path(file).read_text("utf-8")).replace("&#182;", "") for file in files}
    json.dump(pages, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
