//! The loop: runs errands, hands outcomes back, signals, sd_notify. Decides nothing.
