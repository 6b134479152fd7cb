//! `cargo xtask`: the one command a newcomer, a developer and the CI machine all use.

mod bench;
mod check;
mod demo;
mod new_domain;
mod pg;
mod python;
mod run;
mod source;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  demo [ARGS]          build the release program and run `fadu demo ARGS`
                       (--no-serve --year N --seed N --scale X --data DIR --port P --statutes DIR --items FILE)
  test [--only LIST]   everything the CI machine runs; LIST is some of fmt,clippy,check,rust,browser
       [--no-browser]
  check                the architecture: who may depend on whom, what pure code may not mention
  pg [--] CMD…         run CMD with FADU_TEST_PG naming a fresh PostgreSQL server, then remove the server
  bench [ARGS]         build the release program and run `fadu bench ARGS` with FADU_TEST_PG set
  new-domain NAME      write the skeleton of domains/NAME and add it to the workspace
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((command, rest)) = args.split_first() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match command.as_str() {
        "demo" => demo::main(rest),
        "test" => test::main(rest),
        "check" => check::main(rest),
        "pg" => pg::main(rest),
        "bench" => bench::main(rest),
        "new-domain" => new_domain::main(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => {
            eprint!("xtask has no command `{other}`.\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
