#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wirewatch_fuzz::laws::configs::load(bytes));
