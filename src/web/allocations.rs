//! Count of the memory allocations of this process, if it was built to count them.

#[cfg(feature = "count-allocations")]
mod counting {
    use mimalloc::MiMalloc;
    use stats_alloc::StatsAlloc;

    /// Allocator of the shipped program, with a count.
    pub type CountingAllocator = StatsAlloc<MiMalloc>;

    /// Allocator for `#[global_allocator]`. Its count is among the metrics.
    pub static COUNTING_ALLOCATOR: CountingAllocator = StatsAlloc::new(MiMalloc);
}

#[cfg(feature = "count-allocations")]
pub use counting::{COUNTING_ALLOCATOR, CountingAllocator};

/// Memory allocations since start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allocations {
    /// Calls of the allocator that allocate or reallocate.
    pub count: u64,
    /// Bytes allocated, and bytes by which a reallocation grew.
    pub bytes: u64,
}

impl Allocations {
    /// Reads the count, or returns `None` in a build without the feature `count-allocations`.
    #[must_use]
    pub fn read() -> Option<Self> {
        #[cfg(feature = "count-allocations")]
        {
            let stats = COUNTING_ALLOCATOR.stats();
            // A counter of an allocator never exceeds 64 bits.
            let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
            let count = number(stats.allocations) + number(stats.reallocations);
            Some(Self { count, bytes: number(stats.bytes_allocated) })
        }
        #[cfg(not(feature = "count-allocations"))]
        None
    }
}
