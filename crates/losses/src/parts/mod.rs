//! What losses are made of.

pub(crate) mod distance;
pub(crate) mod neighbours;
pub(crate) mod numeric;
pub(crate) mod order;
pub(crate) mod overlap;
pub(crate) mod pixel;
