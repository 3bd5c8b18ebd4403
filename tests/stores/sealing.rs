//! Tests of sealed columns.

use std::fs;

use passerelle::config::{Keys, KeysFile, Settings};
use passerelle::db::{Cell, Sealer};
use passerelle::testing::Scratch;

const CELL: Cell<'static> = Cell { table: "t", column: "c", id: "1" };

fn keys(text: &str) -> Keys {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Scratch::new();
    let file = folder.path().join("keys.toml");
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let toml =
        format!("[server]\npublic_url = \"http://localhost\"\n[keys]\nfile = {:?}\n", file.to_str().unwrap());
    Settings::from_toml(&toml).unwrap_or_else(|problems| panic!("{problems}")).keys
}

fn fresh() -> String {
    let folder = Scratch::new();
    let file = folder.path().join("keys.toml");
    KeysFile::write_new(&file).unwrap();
    fs::read_to_string(file).unwrap()
}

#[test]
fn opens_a_value_in_its_own_cell_only() {
    let sealer = Sealer::new(&keys(&fresh()));
    let sealed = sealer.seal(CELL, b"secret").unwrap();
    assert_eq!(sealer.open(CELL, &sealed).unwrap(), b"secret");
    for cell in [Cell { id: "2", ..CELL }, Cell { column: "d", ..CELL }, Cell { table: "u", ..CELL }] {
        assert!(sealer.open(cell, &sealed).is_err(), "{cell:?}");
    }
}

#[test]
fn refuses_a_value_with_one_flipped_bit() {
    let sealer = Sealer::new(&keys(&fresh()));
    let sealed = sealer.seal(CELL, b"secret").unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(sealer.open(CELL, &changed).is_err(), "bit {bit}");
    }
    assert!((0..sealed.len()).all(|length| sealer.open(CELL, &sealed[..length]).is_err()));
}

#[test]
fn opens_but_no_longer_seals_with_the_old_key_after_a_rotation() {
    let (old, other) = (fresh(), fresh());
    let sealed = Sealer::new(&keys(&old)).seal(CELL, b"secret").unwrap();
    let (head, first) = old.split_once("\n[[sealing]]").unwrap();
    let second = other.split_once("\n[[sealing]]").unwrap().1.replace("id = 1", "id = 2");
    let rotated = Sealer::new(&keys(&format!("{head}\n[[sealing]]{second}\n[[sealing]]{first}")));
    assert_eq!(rotated.open(CELL, &sealed).unwrap(), b"secret");
    assert!(Sealer::new(&keys(&old)).open(CELL, &rotated.seal(CELL, b"new").unwrap()).is_err());
    assert!(Sealer::new(&keys(&other)).open(CELL, &sealed).is_err(), "a key of another installation");
}

#[test]
fn separates_values_for_the_browser_and_for_the_database() {
    let keys = keys(&fresh());
    let ticket = Sealer::for_tickets(&keys).seal(CELL, b"secret").unwrap();
    assert!(Sealer::new(&keys).open(CELL, &ticket).is_err());
}
