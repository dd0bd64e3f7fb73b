//! The binary: everything is in the library, so that tests can reach it.

/// A request allocates on one thread and is freed on another: the system's allocator makes both
/// wait for each other (docs/PERFORMANCE.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    evenkeel::cmd::main()
}
