"""`python -m signaling.protocol > static/src/protocol.ts`."""

from signaling.protocol.typescript import typescript

print(typescript(), end="")
