//! FHIRPath: an expression goes in, values come out.
