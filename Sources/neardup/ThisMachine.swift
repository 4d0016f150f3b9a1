#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Processors this process may run on, at least one.
func activeProcessorCount() -> Int { max(1, min(512, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))) }

/// The machine's memory in bytes.
func machineMemory() -> Int { Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE))) }
