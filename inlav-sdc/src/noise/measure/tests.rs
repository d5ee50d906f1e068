//! The sampler against the exact distribution and against another implementation.
