//! Rules for links, anchors and commands in Markdown: each target exists, and the program has each `passerelle` command
//! and option.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use crate::files::{Tracked, is_a};

/// Finds relative links in Markdown files whose file or anchor does not exist.
pub fn broken_links(root: &Path, tracked: &[Tracked]) -> Vec<String> {
    let pages: Vec<&Tracked> = tracked.iter().filter(|file| is_a(&file.path, "md")).collect();
    let anchors: BTreeMap<&str, BTreeSet<String>> =
        pages.iter().map(|page| (page.path.as_str(), anchors(&page.text))).collect();
    let mut broken = Vec::new();
    for page in &pages {
        for target in links(&page.text).into_iter().filter(|target| !is_external(target)) {
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let file = if path.is_empty() { page.path.clone() } else { beside(&page.path, path) };
            let known = anchors.get(file.as_str());
            if !root.join(&file).exists() && known.is_none() {
                broken.push(format!("{}: `{target}` leads to no file", page.path));
            } else if !anchor.is_empty() && known.is_some_and(|anchors| !anchors.contains(anchor)) {
                broken.push(format!("{}: `{target}` leads to no heading or anchor", page.path));
            }
        }
    }
    broken
}

fn is_external(target: &str) -> bool {
    target.contains("://") || target.starts_with("mailto:")
}

/// Resolves `link`, written in the file `page`, to a path in the repository.
fn beside(page: &str, link: &str) -> String {
    let mut path = PathBuf::from(page);
    path.pop();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path.to_string_lossy().into_owned()
}

/// Lists the lines outside fenced code, without inline code.
fn prose(text: &str) -> impl Iterator<Item = String> {
    let mut fenced = false;
    text.lines().filter_map(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        fenced ^= is_fence;
        (!fenced && !is_fence).then(|| line.split('`').step_by(2).collect::<Vec<_>>().join(""))
    })
}

/// Targets of `[text](target)` and `![text](target)`.
fn links(text: &str) -> Vec<String> {
    let targets = |line: String| -> Vec<String> {
        line.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())).collect()
    };
    prose(text).flat_map(targets).collect()
}

/// Anchors of a page: its headings, as GitHub names them, and `<a id="…">`.
fn anchors(text: &str) -> BTreeSet<String> {
    let (mut found, mut fenced) = (BTreeSet::new(), false);
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if fenced {
            continue;
        }
        if let Some(heading) = line.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim()) {
            let (slug, mut number) = (slug(heading), 0);
            let mut unique = slug.clone();
            while !found.insert(unique.clone()) {
                number += 1;
                unique = format!("{slug}-{number}");
            }
        }
        let explicit = line.split("<a id=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0));
        found.extend(explicit.map(str::to_owned));
    }
    found
}

fn slug(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || "-_ ".contains(*c);
    heading.to_lowercase().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Commands of a program, each with its help. Subcommands are keyed by their words (`ehr keys rotate`).
pub struct Commands(BTreeMap<String, String>);

impl Commands {
    /// Reads the help of every command of the built program.
    pub fn of_program(program: &str) -> Self {
        let mut commands = Self(BTreeMap::new());
        commands.read(program, &[]);
        commands
    }

    fn read(&mut self, program: &str, words: &[&str]) {
        let out = Command::new(program).args(words).arg("--help").output().expect("the program runs");
        assert!(out.status.success(), "{program} {} --help fails", words.join(" "));
        let help = String::from_utf8(out.stdout).expect("help is UTF-8");
        self.0.insert(words.join(" "), help.clone());
        let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        for line in listed.take_while(|line| !line.is_empty()) {
            let name = line.split_whitespace().next().unwrap_or_default();
            // A long description continues on further lines, which are indented deeper.
            if line.starts_with("  ") && !line.starts_with("   ") && name != "help" {
                self.read(program, &[words, &[name]].concat());
            }
        }
    }

    fn has_subcommands(&self, command: &str) -> bool {
        self.0.get(command).is_some_and(|help| help.contains("\nCommands:\n"))
    }

    /// Finds the first word or option of a documented command that the program does not know.
    fn unknown(&self, documented: &str) -> Option<String> {
        let (mut command, mut words) = (String::new(), documented.split_whitespace());
        while let Some(word) = words.next() {
            if let Some(option) = word.strip_prefix("--") {
                let option = format!("--{}", option.split('=').next().unwrap_or(option));
                let help = self.0.get(&command)?;
                let known =
                    |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '-') == option;
                if !help.split_whitespace().any(known) {
                    return Some(option);
                }
                if help.contains(&format!("{option} <")) {
                    words.next();
                }
            } else if self.has_subcommands(&command) {
                let longer = if command.is_empty() { word.to_owned() } else { format!("{command} {word}") };
                match self.0.contains_key(&longer) {
                    true => command = longer,
                    // A placeholder stands for any command.
                    false if word == "…" => return None,
                    false => return Some(word.to_owned()),
                }
            }
        }
        None
    }
}

/// Finds commands in a Markdown file, in fenced shell code and inline code, that the program does not have.
pub fn unknown_commands(commands: &Commands, file: &Tracked) -> Vec<String> {
    if !is_a(&file.path, "md") {
        return Vec::new();
    }
    let documented = documented_commands(&file.text);
    let unknown = |command: String| {
        let word = commands.unknown(&command)?;
        Some(format!("{}: `passerelle {command}`: the program has no `{word}`", file.path))
    };
    documented.into_iter().filter_map(unknown).collect()
}

/// Extracts arguments after `passerelle` or `cargo run --` in shell code, and after `passerelle` at the start of inline
/// code.
fn documented_commands(text: &str) -> Vec<String> {
    let (mut found, mut language) = (Vec::new(), None);
    for line in text.replace("\\\n", " ").lines() {
        match (line.trim_start().strip_prefix("```"), language.is_some()) {
            (Some(_), true) => language = None,
            (Some(name), false) => language = Some(name.trim().to_owned()),
            (None, true) if language.as_deref() == Some("sh") => {
                let code = line.split(" #").next().unwrap_or_default().split(['<', '>', '|']).next();
                let code = code.unwrap_or_default().trim();
                let rest = code.strip_prefix("passerelle ").or_else(|| code.strip_prefix("cargo run -- "));
                found.extend(rest.map(str::to_owned));
            }
            (None, true) => {}
            (None, false) => {
                let quoted = line.split('`').skip(1).step_by(2);
                found.extend(quoted.filter_map(|code| code.strip_prefix("passerelle ")).map(str::to_owned));
            }
        }
    }
    found
}

#[cfg(test)]
fn page(path: &str, text: &str) -> Tracked {
    Tracked { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn catches_a_broken_link() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = "# The id_token\n## Twice\n## Twice\n```sh\n# no heading\n```\n<a id=\"here\"></a>";
    let broken = |link: &str| {
        let pages = [page("docs/a.md", target), page("docs/b.md", &format!("# Own\n[see]({link})"))];
        broken_links(root, &pages).len()
    };
    for bad in ["nowhere.md", "a.md#absent", "#absent", "../README", "a.md#no-heading", "../src/nowhere.rs"] {
        assert_eq!(broken(bad), 1, "{bad}");
    }
    for good in [
        "a.md",
        "a.md#the-id_token",
        "a.md#twice-1",
        "a.md#here",
        "#own",
        "../Cargo.toml",
        "https://example.ca/nowhere#x",
    ] {
        assert_eq!(broken(good), 0, "{good}");
    }
    let quoted = [page("a.md", "`[a](nowhere.md)`\n```md\n[b](nowhere.md)\n```")];
    assert_eq!(broken_links(root, &quoted), Vec::<String>::new());
}

#[test]
fn catches_an_unknown_command() {
    let commands = Commands::of_program(env!("CARGO_BIN_EXE_passerelle"));
    let unknown = |text: &str| unknown_commands(&commands, &page("docs/a.md", text)).len();
    for bad in [
        "```sh\npasserelle launch\n```",
        "```sh\npasserelle ehr forget riverside   # gone\n```",
        "```sh\npasserelle ehr keys rotate riverside \\\n  --tomorrow\n```",
        "```sh\ncargo run -- show\n```",
        "Use `passerelle users`.",
    ] {
        assert_eq!(unknown(bad), 1, "{bad}");
    }
    for good in [
        "```sh\npasserelle ehr keys rotate riverside --compromised\ncargo run -- demo --port 1\n```",
        "```sh\npasserelle user add --name x < password.txt   # --nothing\nls --all\n```",
        "```text\npasserelle nonsense\n```",
        "`passerelle`, `passerelle ehr set riverside issuer=x`, `passerelle user …`, `passerelle --config FILE serve`",
    ] {
        assert_eq!(unknown(good), 0, "{good}");
    }
    assert_eq!(unknown_commands(&commands, &page("a.rs", "`passerelle users`")).len(), 0);
}
