"""The formats of a report: each module has ``render(content) -> bytes``, from the JSON of ``report.as_json`` alone.

Heavy libraries are loaded by who renders only: never import these modules from a page.
"""
