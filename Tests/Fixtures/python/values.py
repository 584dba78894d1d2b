"""What examples/python/mpifutures.py sends and reads, and what it says of mistakes.

The arguments are the libraries of the example `squares` in C and in Swift. Tests/Fixtures/cpp/values.cpp is in the
current directory.
"""

import array
import sys

import numpy

from mpifutures import Error, Executor

in_c, in_swift = sys.argv[1:]


def fails(text, body):
    try:
        body()
    except Error as error:
        assert text in str(error), f"{error} does not contain {text}"
    else:
        raise AssertionError(f"no error with {text}")


with Executor(2) as executor:
    def same(value):
        return executor.submit("./libvalues.so:same", value).result()

    for value in [None, True, False, 0, -1, 2**63 - 1, 2**64 - 1, -2**63, 0.1, "", "text", "a\0ä", b"\0\xff", [], [1, "x", [2.5]]]:
        # Numbers above 63 bits are not read back.
        if value != 2**64 - 1:
            assert same(value) == value, value
    for dtype in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"]:
        numbers = numpy.array([1, 2, 100], dtype=dtype)
        result = same(numbers)
        assert result.dtype == numbers.dtype and (result == numbers).all(), dtype
    assert list(same(array.array("d", [1, 2.5]))) == [1, 2.5]
    assert same(numpy.zeros(0)).size == 0
    assert executor.submit("./libvalues.so:lengths", ["one", "two", "three"]).result()["t"].tolist() == [3, 5]
    assert executor.submit("./libvalues.so:scale", factor=3, x=2).result() == 6

    # An array of a result lives longer than its future.
    squares = executor.submit(f"{in_c}:square", numpy.arange(4.0)).result()
    others = [executor.submit(f"{in_c}:square", numpy.arange(5.0)).result() for _ in range(100)]
    assert squares.tolist() == [0, 1, 4, 9] and others[99].tolist() == [0, 1, 4, 9, 16]

    # A Swift type by its name, with the labels of its properties.
    assert executor.submit(f"{in_swift}:SquarePiece", numbers=numpy.arange(3.0)).result().tolist() == [0, 1, 4]

    fails("name its library too, as in './libtasks.so:cube'", executor.submit("cube", 1.0).result)
    fails(f"no callable is named 'sqare' in '{in_c}'", lambda: executor.submit(f"{in_c}:sqare", 1.0))
    fails("no callable is named 'main'", lambda: executor.submit(f"{in_c}:main"))
    fails("no such file", lambda: executor.submit("./nowhere.so:square", 1.0))
    fails("argument 0 must be an array", executor.submit(f"{in_c}:square", 1.0).result)
    try:
        executor.submit(f"{in_c}:square", numpy.arange(10.0)[::2])
    except TypeError as error:
        assert "ascontiguousarray" in str(error)
    else:
        raise AssertionError("an array with gaps was sent")
print("done")
