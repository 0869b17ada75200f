"""A process of its own: Vega-Lite specifications on its input, as a JSON list; as many SVG drawings on its output.

vl-convert holds a whole JavaScript engine (80 MB), which goes with the process. No text is measured here: the
specifications say where every text stands.
"""

import json
import sys

import vl_convert

NOTHING = json.dumps({"data": {"values": [{}]}, "mark": "rect"})


def main() -> None:
    vl_convert.vegalite_to_svg(NOTHING)  # the engine starts while the specifications are being made
    json.dump([vl_convert.vegalite_to_svg(json.dumps(spec)) for spec in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
