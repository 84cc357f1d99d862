"""Makes films of a recording in a process of its own: `python -m signaling.media.recording`. Reads an `Order` (JSON)
from standard input; writes what it made (JSON) and ends with 0. Ends with 2 and the reason for a recording that is not
whole, with 3 and the number of the error where files cannot be read or written."""

import sys

import msgspec

from signaling.media.recording import BadRecording, Order, fulfil


def main() -> int:
    """Exit code."""
    try:
        made = fulfil(msgspec.json.decode(sys.stdin.buffer.read(), type=Order))
    except BadRecording as error:
        print(error.reason)
        return 2
    except OSError as error:
        print(error.errno or 0)
        return 3
    sys.stdout.buffer.write(msgspec.json.encode(made))
    return 0


if __name__ == "__main__":
    sys.exit(main())
