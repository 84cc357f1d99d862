"""Time limits of matters: clocks with lights, what stops and extends them, warnings, urging 督办, the board."""
