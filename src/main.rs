//! The program `inlav`. See `inlav --help`, and `cli` for what each command does.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
