//! The functions of mpifutures.h that the crate uses, with the contracts that the header states.
#![allow(missing_docs)]

use std::ffi::{c_char, c_double, c_int, c_void};

pub enum Call {}
pub enum Executor {}
pub enum Future {}
pub enum Map {}
pub enum Arguments {}

/// `mpifutures_value`, whose members are private to the library.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Value {
    message: *const c_void,
    size: usize,
    offset: usize,
    owner: *mut c_void,
}

impl Value {
    pub const EMPTY: Value =
        Value { message: std::ptr::null(), size: 0, offset: 0, owner: std::ptr::null_mut() };
}

/// `mpifutures_cursor`, whose members are private to the library.
#[repr(C)]
pub struct Cursor {
    pub next: Value,
    pub left: usize,
    pub is_map: bool,
    pub is_indefinite: bool,
}

#[repr(C)]
pub struct Array {
    pub kind: c_int,
    pub elements: *const c_void,
    pub count: usize,
}

#[repr(C)]
pub struct MapOptions {
    pub chunk_size: usize,
    pub unordered: bool,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Worker {
    pub number: usize,
    pub count: usize,
    pub local_number: usize,
    pub local_count: usize,
    pub host_number: usize,
    pub host_count: usize,
}

pub type Next = unsafe extern "C" fn(*mut c_void, *mut Arguments) -> c_int;

extern "C" {
    pub fn mpifutures_current_worker(worker: *mut Worker) -> c_int;
    pub fn mpifutures_error_message() -> *const c_char;
    pub fn mpifutures_error_status() -> c_int;
    pub fn mpifutures_value_kind(value: *const Value) -> c_int;
    pub fn mpifutures_value_int64(value: *const Value, number: *mut i64) -> c_int;
    pub fn mpifutures_value_double(value: *const Value, number: *mut f64) -> c_int;
    pub fn mpifutures_value_bool(value: *const Value, truth: *mut bool) -> c_int;
    pub fn mpifutures_value_string(value: *const Value, text: *mut *const c_char, length: *mut usize) -> c_int;
    pub fn mpifutures_value_array(value: *const Value, kind: c_int, array: *mut Array) -> c_int;
    pub fn mpifutures_value_member(value: *const Value, label: *const c_char, member: *mut Value) -> c_int;
    pub fn mpifutures_value_begin(value: *const Value, cursor: *mut Cursor) -> c_int;
    pub fn mpifutures_cursor_next(cursor: *mut Cursor, key: *mut Value, value: *mut Value) -> c_int;
    pub fn mpifutures_value_cbor(value: *const Value, bytes: *mut *const c_void, size: *mut usize) -> c_int;
    pub fn mpifutures_has_argument(call: *mut Call, position: usize) -> bool;
    pub fn mpifutures_has_argument_named(call: *mut Call, label: *const c_char) -> bool;
    pub fn mpifutures_get(call: *mut Call, position: usize, value: *mut Value) -> c_int;
    pub fn mpifutures_get_named(call: *mut Call, label: *const c_char, value: *mut Value) -> c_int;
    pub fn mpifutures_return_cbor(call: *mut Call, bytes: *const c_void, size: usize) -> c_int;
    pub fn mpifutures_fail(call: *mut Call, message: *const c_char) -> c_int;
    pub fn mpifutures_executor_create(max_workers: usize) -> *mut Executor;
    pub fn mpifutures_executor_worker_count(executor: *mut Executor) -> usize;
    pub fn mpifutures_executor_destroy(executor: *mut Executor);
    pub fn mpifutures_executor_submit_cbor(
        executor: *mut Executor,
        callable: *const c_char,
        arguments: *const c_void,
        size: usize,
    ) -> *mut Future;
    pub fn mpifutures_future_result(future: *mut Future, timeout: c_double, value: *mut Value) -> c_int;
    pub fn mpifutures_future_done(future: *mut Future) -> bool;
    pub fn mpifutures_future_cancel(future: *mut Future) -> bool;
    pub fn mpifutures_future_release(future: *mut Future);
    pub fn mpifutures_arguments_set_cbor(arguments: *mut Arguments, bytes: *const c_void, size: usize) -> c_int;
    pub fn mpifutures_executor_map(
        executor: *mut Executor,
        callable: *const c_char,
        next: Next,
        context: *mut c_void,
        options: *const MapOptions,
    ) -> *mut Map;
    pub fn mpifutures_map_next(map: *mut Map, timeout: c_double, value: *mut Value) -> c_int;
    pub fn mpifutures_map_release(map: *mut Map);
}
