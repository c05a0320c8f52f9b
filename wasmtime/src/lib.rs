//! Links Wasmtime's C API into a static library and adds what that API lacks: a few settings, compilation without threads that
//! stay behind, modules from an open file, the extent of a module's code, and the hashes that the compile cache is keyed by.
//! src/engine/wasmtime.h declares these functions for C.

use sha2::{Digest, Sha256};
use std::ffi::{CString, c_char, c_int, c_void};
use std::fs::File;
use std::hash::{Hash, Hasher};
use std::os::fd::FromRawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;
use wasmtime_c_api::wasmtime::{
    AsContext, Config, Engine, Error, ExternType, Func, FuncType, Module, Mutability, Result, ValType,
};
pub use wasmtime_c_api::*;

/// The C API's handles are `repr(C)` structures of one field, which it keeps to itself; so a handle is where its field is.
unsafe trait HandleOf<T>: Sized {
    const SAME: () = assert!(size_of::<Self>() == size_of::<T>() && align_of::<Self>() == align_of::<T>());

    fn inner(&self) -> &T {
        let () = Self::SAME;
        unsafe { &*(self as *const Self).cast() }
    }

    fn inner_mut(&mut self) -> &mut T {
        let () = Self::SAME;
        unsafe { &mut *(self as *mut Self).cast() }
    }

    fn give(value: T) -> *mut Self {
        let () = Self::SAME;
        Box::into_raw(Box::new(value)).cast()
    }
}
unsafe impl HandleOf<Config> for wasm_config_t {}
unsafe impl HandleOf<Engine> for wasm_engine_t {}
unsafe impl HandleOf<Module> for wasmtime_module_t {}

/// Runs `work`; a panic in it becomes an error, so that no guest ends the process by one.
fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Error::msg("panic in the engine")))
}

fn into_c<T>(result: Result<T>, take: impl FnOnce(T)) -> Option<Box<wasmtime_error_t>> {
    match result {
        Ok(value) => {
            take(value);
            None
        }
        Err(error) => Some(Box::new(error.into())),
    }
}

/// Settings without a setter in the C API. Traps carry no backtrace, code no map for it. The heap of exception objects is reserved
/// with `gc_heap` bytes and never moves.
#[unsafe(no_mangle)]
pub extern "C" fn lind_config_tune(config: &mut wasm_config_t, stack: usize, gc_heap: u64) {
    let config = config.inner_mut();
    config.max_wasm_stack(stack).async_stack_size(stack);
    config.wasm_backtrace_max_frames(None).generate_address_map(false);
    config.gc_heap_initial_size(64 << 10).gc_heap_reservation(gc_heap);
    config.gc_heap_guard_size(0).gc_heap_reservation_for_growth(0).gc_heap_may_move(false);
}

/// `wasm_engine_new_with_config` that reports a refused setting instead of ending the process.
#[unsafe(no_mangle)]
pub extern "C" fn lind_engine_new(
    config: Box<wasm_config_t>,
    out: &mut *mut wasm_engine_t,
) -> Option<Box<wasmtime_error_t>> {
    into_c(guarded(|| Engine::new((*config).inner())), |engine| *out = wasm_engine_t::give(engine))
}

/// A hash of all that compiled code depends on but the module: version, settings, target and its CPU features.
#[unsafe(no_mangle)]
pub extern "C" fn lind_engine_key(engine: &wasm_engine_t, out: &mut [u8; 32]) {
    struct Collector(Sha256);
    impl Hasher for Collector {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
        fn finish(&self) -> u64 {
            0
        }
    }
    let mut collector = Collector(Sha256::new());
    engine.inner().precompile_compatibility_hash().hash(&mut collector);
    *out = collector.0.finalize().into();
}

/// SHA-256, by the CPU's own instructions where it has them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lind_sha256(bytes: *const u8, length: usize, out: &mut [u8; 32]) {
    *out = Sha256::digest(unsafe { slice::from_raw_parts(bytes, length) }).into();
}

/// Compiles to the form that `wasmtime_module_deserialize` takes. The worker threads are this call's own: they are confined as their
/// creator is, and are gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lind_compile(
    engine: &wasm_engine_t,
    bytes: *const u8,
    length: usize,
    out: &mut wasm_byte_vec_t,
) -> Option<Box<wasmtime_error_t>> {
    let bytes = unsafe { slice::from_raw_parts(bytes, length) };
    let compiled = guarded(|| {
        let pool = rayon::ThreadPoolBuilder::new().stack_size(8 << 20).build()?;
        pool.install(|| engine.inner().precompile_module(bytes))
    });
    into_c(compiled, |code| out.set_buffer(code))
}

/// Maps compiled code from a file that `lind_compile`'s result was written to. Takes the descriptor in any case.
///
/// # Safety
/// Nobody else may write the file, now or later.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lind_module_map(
    engine: &wasm_engine_t,
    fd: c_int,
    out: &mut *mut wasmtime_module_t,
) -> Option<Box<wasmtime_error_t>> {
    let file = unsafe { File::from_raw_fd(fd) };
    let module = guarded(|| unsafe { Module::deserialize_open_file(engine.inner(), file) });
    into_c(module, |module| *out = wasmtime_module_t::give(module))
}

fn letter(ty: &ValType) -> char {
    match ty {
        ValType::I32 => 'i',
        ValType::I64 => 'I',
        ValType::F32 => 'f',
        ValType::F64 => 'F',
        ValType::V128 => 'v',
        ValType::Ref(_) => 'r',
    }
}

fn function_text(ty: &FuncType) -> String {
    let results = ty.results().map(|ty| letter(&ty));
    ty.params().map(|ty| letter(&ty)).chain(['-']).chain(results).collect()
}

fn type_text(ty: &ExternType) -> String {
    match ty {
        ExternType::Func(ty) => function_text(ty),
        ExternType::Memory(ty) if !ty.is_64() && !ty.is_shared() && ty.page_size() == 65536 => {
            format!("memory {} {}", ty.minimum(), ty.maximum().unwrap_or(0))
        }
        ExternType::Table(ty) if !ty.is_64() && ValType::Ref(ty.element().clone()).matches(&ValType::FUNCREF) => {
            "table of functions".into()
        }
        ExternType::Global(ty) if ty.mutability() == Mutability::Var => format!("variable {}", letter(ty.content())),
        _ => "other".into(),
    }
}

type Visit = extern "C" fn(*mut c_void, bool, *const u8, usize, *const u8, usize, *const c_char);

/// Shows `visit` each import (true) and export (false): module and name, which may hold any bytes, and the type in words. A function's
/// is a letter for each parameter, `-`, and one for each result: `i` i32, `I` i64, `f` f32, `F` f64, `v` v128, `r` a reference.
/// (The C API's own look at types ends the process for those that it does not know, such as v128.)
#[unsafe(no_mangle)]
pub extern "C" fn lind_module_describe(module: &wasmtime_module_t, visit: Visit, context: *mut c_void) {
    let show = |import, module: &str, name: &str, ty| {
        let text = CString::new(type_text(&ty)).unwrap_or_default();
        visit(context, import, module.as_ptr(), module.len(), name.as_ptr(), name.len(), text.as_ptr());
    };
    let module = module.inner();
    module.imports().for_each(|import| show(true, import.module(), import.name(), import.ty()));
    module.exports().for_each(|export| show(false, "", export.name(), export.ty()));
}

/// Writes a function's type as `lind_module_describe` words it, with a NUL; false if it does not fit in `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lind_function_describe(
    store: WasmtimeStoreContext<'_>,
    function: &Func,
    out: *mut u8,
    size: usize,
) -> bool {
    let text = function_text(&function.ty(store.as_context()));
    let fits = text.len() < size;
    if fits {
        let out = unsafe { slice::from_raw_parts_mut(out, size) };
        out[..text.len()].copy_from_slice(text.as_bytes());
        out[text.len()] = 0;
    }
    fits
}

/// Where the guest's own functions lie in memory, without the trampolines behind them.
#[unsafe(no_mangle)]
pub extern "C" fn lind_module_code(module: &wasmtime_module_t, start: &mut usize, end: &mut usize) {
    let module = module.inner();
    let text = module.text().as_ptr().addr();
    let ends = module.functions().map(|f| (text + f.offset, text + f.offset + f.len));
    (*start, *end) = ends.fold((usize::MAX, 0), |(low, high), (from, to)| (low.min(from), high.max(to)));
}
