//! The simulated EHR: the other side of the wire.
