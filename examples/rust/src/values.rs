//! Arguments and results: how values of Rust are written and read.

use crate::{ffi, last, Error};
use std::collections::BTreeMap;
use std::ffi::{c_int, c_void};
use std::marker::PhantomData;

/// A type whose values can be arguments and results.
pub trait ToValue {
    /// Writes the value as CBOR (RFC 8949).
    fn write(&self, writer: &mut Writer);
}

/// The bytes of values.
#[derive(Default)]
pub struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn head(&mut self, major: u8, argument: u64) {
        let bytes = argument.to_be_bytes();
        match argument {
            0..=23 => self.0.push(major << 5 | argument as u8),
            24..=0xFF => self.0.extend([major << 5 | 24, argument as u8]),
            0x100..=0xFFFF => self.sized(major << 5 | 25, &bytes[6..]),
            0x1_0000..=0xFFFF_FFFF => self.sized(major << 5 | 26, &bytes[4..]),
            _ => self.sized(major << 5 | 27, &bytes),
        }
    }

    fn sized(&mut self, initial: u8, bytes: &[u8]) {
        self.0.push(initial);
        self.0.extend_from_slice(bytes);
    }
}

/// A number of which slices travel as one array (RFC 8746).
///
/// # Safety
/// The type is one of those of `mpifutures_type`.
pub unsafe trait Number: Copy + 'static {
    #[doc(hidden)]
    const KIND: c_int;
    #[doc(hidden)]
    const TAG: u64;
}

macro_rules! number {
    ($($type:ty = $kind:literal, $tag:expr;)*) => {$(
        unsafe impl Number for $type {
            const KIND: c_int = $kind;
            // The bit of the byte order is this machine's.
            const TAG: u64 = $tag | if cfg!(target_endian = "little") && $kind % 4 != 1 { 4 } else { 0 };
        }
    )*};
}

// INT8 = 1 and UINT8 = 5 have no byte order; FLOAT = 9 has one.
number! {
    i8 = 1, 72; i16 = 2, 73; i32 = 3, 74; i64 = 4, 75; u8 = 5, 64; u16 = 6, 65; u32 = 7, 66; u64 = 8, 67;
    f64 = 10, 82;
}
unsafe impl Number for f32 {
    const KIND: c_int = 9;
    const TAG: u64 = 81 | if cfg!(target_endian = "little") { 4 } else { 0 };
}

macro_rules! integer {
    ($($type:ty)*) => {$(
        impl ToValue for $type {
            fn write(&self, writer: &mut Writer) {
                let number = *self as i128;
                if number < 0 { writer.head(1, (-1 - number) as u64) } else { writer.head(0, number as u64) }
            }
        }
        impl<'a> FromValue<'a> for $type {
            fn read(value: &Value<'a>) -> Result<Self, Error> {
                let mut number = 0;
                check(unsafe { ffi::mpifutures_value_int64(&value.raw, &mut number) })?;
                number.try_into().map_err(|_| {
                    Error::new(Error::RANGE, format!("{number} does not fit into {}", stringify!($type)))
                })
            }
        }
    )*};
}
integer! { i8 i16 i32 i64 u8 u16 u32 u64 isize usize }

macro_rules! real {
    ($($type:ty)*) => {$(
        impl ToValue for $type {
            fn write(&self, writer: &mut Writer) {
                writer.sized(0xFB, &f64::from(*self).to_be_bytes());
            }
        }
        impl<'a> FromValue<'a> for $type {
            fn read(value: &Value<'a>) -> Result<Self, Error> {
                let mut number = 0.0;
                check(unsafe { ffi::mpifutures_value_double(&value.raw, &mut number) })?;
                Ok(number as $type)
            }
        }
    )*};
}
real! { f32 f64 }

impl ToValue for bool {
    fn write(&self, writer: &mut Writer) {
        writer.0.push(if *self { 0xF5 } else { 0xF4 });
    }
}

impl ToValue for () {
    fn write(&self, writer: &mut Writer) {
        writer.0.push(0xF6);
    }
}

impl ToValue for str {
    fn write(&self, writer: &mut Writer) {
        writer.sized_text(self);
    }
}

impl Writer {
    pub(crate) fn sized_text(&mut self, text: &str) {
        self.head(3, text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }
}

impl ToValue for String {
    fn write(&self, writer: &mut Writer) {
        writer.sized_text(self);
    }
}

impl<T: Number> ToValue for [T] {
    fn write(&self, writer: &mut Writer) {
        let size = std::mem::size_of_val(self);
        writer.head(6, T::TAG);
        writer.head(2, size as u64);
        // Numbers have no padding.
        writer.0.extend_from_slice(unsafe { std::slice::from_raw_parts(self.as_ptr().cast(), size) });
    }
}

impl<T: Number> ToValue for Vec<T> {
    fn write(&self, writer: &mut Writer) {
        self.as_slice().write(writer);
    }
}

/// A list of values that are no numbers.
pub struct List<T>(pub Vec<T>);

impl<T: ToValue> ToValue for List<T> {
    fn write(&self, writer: &mut Writer) {
        writer.head(4, self.0.len() as u64);
        self.0.iter().for_each(|element| element.write(writer));
    }
}

impl<T: ToValue> ToValue for BTreeMap<String, T> {
    fn write(&self, writer: &mut Writer) {
        writer.head(5, self.len() as u64);
        for (key, value) in self {
            writer.sized_text(key);
            value.write(writer);
        }
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn write(&self, writer: &mut Writer) {
        match self {
            Some(value) => value.write(writer),
            None => writer.0.push(0xF6),
        }
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn write(&self, writer: &mut Writer) {
        (*self).write(writer);
    }
}

impl ToValue for Value<'_> {
    fn write(&self, writer: &mut Writer) {
        let (mut bytes, mut size) = (std::ptr::null(), 0);
        if unsafe { ffi::mpifutures_value_cbor(&self.raw, &mut bytes, &mut size) } == 0 {
            writer.0.extend_from_slice(unsafe { std::slice::from_raw_parts(bytes.cast(), size) });
        }
    }
}

/// A value in a message that lives for `'a`.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    pub(crate) raw: ffi::Value,
    message: PhantomData<&'a ()>,
}

impl<'a> Value<'a> {
    pub(crate) fn new(raw: ffi::Value) -> Self {
        Value { raw, message: PhantomData }
    }

    /// Reads the value as another type.
    pub fn get<T: FromValue<'a>>(&self) -> Result<T, Error> {
        T::read(self)
    }

    /// Returns the value of a label in a map.
    pub fn member(&self, label: &str) -> Result<Value<'a>, Error> {
        let mut member = ffi::Value::EMPTY;
        let label = crate::c_text(label)?;
        check(unsafe { ffi::mpifutures_value_member(&self.raw, label.as_ptr(), &mut member) })?;
        Ok(Value::new(member))
    }

    fn each(&self, mut body: impl FnMut(Value<'a>, Value<'a>) -> Result<(), Error>) -> Result<(), Error> {
        let mut cursor = ffi::Cursor { next: ffi::Value::EMPTY, left: 0, is_map: false, is_indefinite: false };
        check(unsafe { ffi::mpifutures_value_begin(&self.raw, &mut cursor) })?;
        loop {
            let (mut key, mut value) = (ffi::Value::EMPTY, ffi::Value::EMPTY);
            match unsafe { ffi::mpifutures_cursor_next(&mut cursor, &mut key, &mut value) } {
                0 => body(Value::new(key), Value::new(value))?,
                1 => return Ok(()),
                _ => return Err(last()),
            }
        }
    }
}

/// A type that values can be read as.
pub trait FromValue<'a>: Sized {
    /// Reads a value.
    fn read(value: &Value<'a>) -> Result<Self, Error>;
    /// Returns what stands for an argument that is missing; nothing if it must be there.
    fn missing() -> Option<Self> {
        None
    }
}

fn check(status: c_int) -> Result<(), Error> {
    if status == 0 { Ok(()) } else { Err(last()) }
}

impl<'a> FromValue<'a> for Value<'a> {
    fn read(value: &Value<'a>) -> Result<Self, Error> {
        Ok(*value)
    }
}

impl<'a> FromValue<'a> for () {
    fn read(_: &Value<'a>) -> Result<Self, Error> {
        Ok(())
    }
}

impl<'a> FromValue<'a> for bool {
    fn read(value: &Value<'a>) -> Result<Self, Error> {
        let mut truth = false;
        check(unsafe { ffi::mpifutures_value_bool(&value.raw, &mut truth) })?;
        Ok(truth)
    }
}

impl<'a> FromValue<'a> for &'a str {
    fn read(value: &Value<'a>) -> Result<Self, Error> {
        let (mut text, mut length) = (std::ptr::null(), 0);
        check(unsafe { ffi::mpifutures_value_string(&value.raw, &mut text, &mut length) })?;
        let bytes = unsafe { std::slice::from_raw_parts(text.cast(), length) };
        std::str::from_utf8(bytes).map_err(|error| Error::new(Error::MISMATCH, error.to_string()))
    }
}

impl<'a> FromValue<'a> for String {
    fn read(value: &Value<'a>) -> Result<Self, Error> {
        Ok(<&str>::read(value)?.to_owned())
    }
}

/// Shares the memory of the message, unless the numbers had to be converted.
impl<'a, T: Number> FromValue<'a> for &'a [T] {
    fn read(value: &Value<'a>) -> Result<Self, Error> {
        let mut array = ffi::Array { kind: 0, elements: std::ptr::null::<c_void>(), count: 0 };
        check(unsafe { ffi::mpifutures_value_array(&value.raw, T::KIND, &mut array) })?;
        if array.count == 0 {
            return Ok(&[]);
        }
        Ok(unsafe { std::slice::from_raw_parts(array.elements.cast(), array.count) })
    }
}

impl<'a, T: Number> FromValue<'a> for Vec<T> {
    fn read(value: &Value<'a>) -> Result<Self, Error> {
        Ok(<&[T]>::read(value)?.to_vec())
    }
}

impl<'a, T: FromValue<'a>> FromValue<'a> for List<T> {
    fn read(value: &Value<'a>) -> Result<Self, Error> {
        let mut list = Vec::new();
        value.each(|_, element| {
            list.push(element.get()?);
            Ok(())
        })?;
        Ok(List(list))
    }
}

impl<'a, T: FromValue<'a>> FromValue<'a> for BTreeMap<String, T> {
    fn read(value: &Value<'a>) -> Result<Self, Error> {
        let mut map = BTreeMap::new();
        value.each(|key, element| {
            map.insert(key.get()?, element.get()?);
            Ok(())
        })?;
        Ok(map)
    }
}

impl<'a, T: FromValue<'a>> FromValue<'a> for Option<T> {
    fn read(value: &Value<'a>) -> Result<Self, Error> {
        match unsafe { ffi::mpifutures_value_kind(&value.raw) } {
            0 => Ok(None),
            _ => T::read(value).map(Some),
        }
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}
