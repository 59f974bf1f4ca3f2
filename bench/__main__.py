"""`python -m bench [NAME ...]`: measures, and writes docs/performance.md."""

import argparse
import sys

from bench.page import sections, write


def main() -> int:
    known = sections()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(known)} (default: all)")
    parser.add_argument("--list", action="store_true", help="lists the sections")
    args = parser.parse_args()
    unknown = [name for name in args.names if name not in known]
    if unknown:
        print(f"no section is called {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    if args.list:
        for name, section in known.items():
            print(f"{name:10} {section.title}")
        return 0
    for name in args.names or known:
        print(f"{name}: {known[name].title}", flush=True)
        write(name, known[name], known[name].run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
