"""Calls of C, C++, Fortran, Rust and Swift from Python, over the functions of mpifutures.h.

    with Executor() as executor:
        future = executor.submit("./libsquares.so:square", numpy.arange(100.0))
        print(future.result())

Python is the master. The workers are processes of `mpifutures`, which load the libraries that calls name. Arguments are
numbers, texts, bytes, arrays of NumPy, `array.array`, and lists of these. An array is passed by its address.
"""

import array
import ctypes
import ctypes.util
import os
from ctypes import POINTER, byref, c_bool, c_char, c_char_p, c_double, c_int, c_int64, c_size_t, c_void_p

try:
    import numpy
except ImportError:
    numpy = None

NULL, BOOL, INTEGER, REAL, STRING, BYTES, LIST, MAP, NUMBERS = range(9)

# For the numbers of `mpifutures_type`: the name of NumPy, and the code of the module `array`.
TYPES = {
    1: ("int8", "b"), 2: ("int16", "h"), 3: ("int32", "i"), 4: ("int64", "q"), 5: ("uint8", "B"),
    6: ("uint16", "H"), 7: ("uint32", "I"), 8: ("uint64", "Q"), 9: ("float32", "f"), 10: ("float64", "d"),
}

# The formats of `mpifutures_executor_submit` for the codes of the buffer protocol.
FORMATS = {
    "b": "b#", "h": "h#", "i": "i#", "l": "l#", "q": "L#", "B": "B#", "H": "H#", "I": "I#", "L": "k#", "Q": "K#", "f": "f#",
    "d": "d#",
}


class _Value(ctypes.Structure):
    _fields_ = [("message", c_void_p), ("size", c_size_t), ("offset", c_size_t), ("owner", c_void_p)]


class _Array(ctypes.Structure):
    _fields_ = [("type", c_int), ("elements", c_void_p), ("count", c_size_t)]


class _Cursor(ctypes.Structure):
    _fields_ = [("next", _Value), ("left", c_size_t), ("is_map", c_bool), ("is_indefinite", c_bool)]


def _load():
    library = ctypes.CDLL(os.environ.get("MPIFUTURES_LIBRARY") or ctypes.util.find_library("MPIFutures")
                          or "libMPIFutures.so")

    def declare(name, result, *arguments):
        function = getattr(library, "mpifutures_" + name)
        function.restype = result
        # The further arguments of a variadic function have their own types.
        function.argtypes = arguments

    value = POINTER(_Value)
    declare("error_message", c_char_p)
    declare("executor_create", c_void_p, c_size_t)
    declare("executor_destroy", None, c_void_p)
    declare("executor_submit", c_void_p, c_void_p, c_char_p, c_char_p)
    declare("future_result", c_int, c_void_p, c_double, value)
    declare("future_release", None, c_void_p)
    declare("value_kind", c_int, value)
    declare("value_int64", c_int, value, POINTER(c_int64))
    declare("value_double", c_int, value, POINTER(c_double))
    declare("value_bool", c_int, value, POINTER(c_bool))
    declare("value_string", c_int, value, POINTER(c_void_p), POINTER(c_size_t))
    declare("value_bytes", c_int, value, POINTER(c_void_p), POINTER(c_size_t))
    declare("value_array", c_int, value, c_int, POINTER(_Array))
    declare("value_begin", c_int, value, POINTER(_Cursor))
    declare("cursor_next", c_int, POINTER(_Cursor), value, value)
    return library


_library = _load()


class Error(Exception):
    """A call that failed, or a mistake in how it was made. The text is the library's."""


def _check(status):
    if status == 2:
        raise TimeoutError("the call has not ended yet")
    if status != 0:
        raise Error(_library.mpifutures_error_message().decode())


def _argument(value):
    """Returns the format of an argument, what is passed for it, and what must live as long."""
    if isinstance(value, bool):
        return "p", [c_int(value)], None
    if isinstance(value, int):
        return ("L", [ctypes.c_longlong(value)], None) if value < 2**63 else ("K", [ctypes.c_ulonglong(value)], None)
    if isinstance(value, float):
        return "d", [c_double(value)], None
    if value is None:
        return "s", [c_char_p(None)], None
    if isinstance(value, str):
        text = value.encode()
        return "s#", [c_char_p(text), c_size_t(len(text))], text
    if isinstance(value, bytes):
        return "y#", [c_char_p(value), c_size_t(len(value))], value
    if isinstance(value, (list, tuple)):
        parts = [_argument(element) for element in value]
        return "[" + "".join(part[0] for part in parts) + "]", sum((part[1] for part in parts), []), parts
    view = memoryview(value)
    if not view.c_contiguous or view.format.lstrip("<=@") not in FORMATS:
        raise TypeError(f"{value!r} is not a contiguous array of numbers; use numpy.ascontiguousarray")
    if numpy is not None and isinstance(value, numpy.ndarray):
        address = value.ctypes.data
    else:
        address, _ = value.buffer_info()
    return FORMATS[view.format.lstrip("<=@")], [c_void_p(address), c_size_t(view.nbytes // view.itemsize)], value


class Future:
    def __init__(self, handle):
        if not handle:
            raise Error(_library.mpifutures_error_message().decode())
        self._handle = handle

    def result(self, timeout=None):
        """Waits for the result. An array shares the memory of the future, which it keeps."""
        value = _Value()
        _check(_library.mpifutures_future_result(self._handle, -1 if timeout is None else timeout, byref(value)))
        return self._read(value)

    def _read(self, value):
        kind = _library.mpifutures_value_kind(byref(value))
        if kind == NULL:
            return None
        if kind in (INTEGER, REAL, BOOL):
            number, read = {
                INTEGER: (c_int64(), _library.mpifutures_value_int64),
                REAL: (c_double(), _library.mpifutures_value_double),
                BOOL: (c_bool(), _library.mpifutures_value_bool),
            }[kind]
            _check(read(byref(value), byref(number)))
            return number.value
        if kind in (STRING, BYTES):
            address, size = c_void_p(), c_size_t()
            read = _library.mpifutures_value_string if kind == STRING else _library.mpifutures_value_bytes
            _check(read(byref(value), byref(address), byref(size)))
            content = ctypes.string_at(address, size.value)
            return content.decode() if kind == STRING else content
        if kind == NUMBERS:
            return self._numbers(value)
        if kind not in (LIST, MAP):
            raise Error(f"a value of kind {kind} has no counterpart in Python")
        cursor, key, element = _Cursor(), _Value(), _Value()
        _check(_library.mpifutures_value_begin(byref(value), byref(cursor)))
        elements = []
        while _library.mpifutures_cursor_next(byref(cursor), byref(key), byref(element)) == 0:
            elements.append((self._read(key), self._read(element)) if kind == MAP else self._read(element))
        return dict(elements) if kind == MAP else elements

    def _numbers(self, value):
        found = _Array()
        _check(_library.mpifutures_value_array(byref(value), 0, byref(found)))
        name, code = TYPES[found.type]
        size = found.count * array.array(code).itemsize
        if numpy is None:
            return array.array(code, ctypes.string_at(found.elements, size))
        memory = (c_char * size).from_address(found.elements) if size else b""
        if size:
            memory.future = self
        return numpy.frombuffer(memory, dtype=name)

    def __del__(self):
        if getattr(self, "_handle", None):
            _library.mpifutures_future_release(self._handle)


class Executor:
    """A pool of worker processes: `max_workers` of them, or one for each core."""

    def __init__(self, max_workers=0):
        self._handle = _library.mpifutures_executor_create(max_workers or len(os.sched_getaffinity(0)))
        if not self._handle:
            raise Error(_library.mpifutures_error_message().decode())

    def submit(self, callable, *arguments, **labelled):
        """Queues a call of `callable`, which is `library.so:name`. All arguments have labels, or none has."""
        if arguments and labelled:
            raise TypeError("all arguments have labels, or none has")
        format, passed, kept = "", [], []
        for label, value in [(None, value) for value in arguments] + list(labelled.items()):
            item, values, alive = _argument(value)
            if label is not None:
                format += "s:"
                passed.append(c_char_p(label.encode()))
            format += item + ","
            passed += values
            kept.append(alive)
        if labelled:
            format = "{" + format + "}"
        elif len(arguments) == 1 and isinstance(arguments[0], dict):
            raise TypeError("pass the entries of a dictionary as labels: submit(name, **entries)")
        else:
            format = "(" + format + ")"
        return Future(_library.mpifutures_executor_submit(
            self._handle, callable.encode(), format.encode(), *passed))

    def shutdown(self):
        """Waits until all calls have ended."""
        handle, self._handle = self._handle, None
        _library.mpifutures_executor_destroy(handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
