import os

collect_ignore = [] if os.environ.get("TEST_PARTS") else ["test_parts.py"]  # script/test's own
