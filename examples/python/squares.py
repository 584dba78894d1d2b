"""The squares of 1000 numbers in ten pieces, of which one fails, and the sum of the others, with Python as the master.

    python3 squares.py ./libsquares-c.so

The library is one of those that the example has in C, C++, Fortran, Rust and Swift.
"""

import sys

from mpifutures import Error, Executor, numpy

PIECES, LENGTH = 10, 100
library = sys.argv[1] if len(sys.argv) > 1 else "./libsquares-c.so"

if numpy is not None:
    numbers = numpy.arange(PIECES * LENGTH, dtype="float64")
else:
    import array

    numbers = array.array("d", range(PIECES * LENGTH))
numbers[450] = -450

total = 0
with Executor() as executor:
    futures = [
        executor.submit(f"{library}:square", numbers[i * LENGTH:(i + 1) * LENGTH]) for i in range(PIECES)
    ]
    for i, future in enumerate(futures):
        try:
            total += sum(future.result())
        except Error as error:
            print(f"piece {i} failed", flush=True)
            print(error, file=sys.stderr)
print(f"the others have the sum {total:.0f}")
