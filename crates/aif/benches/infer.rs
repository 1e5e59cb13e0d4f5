//! Time to infer.
fn main() {
    divan::main();
}
