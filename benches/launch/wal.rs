//! Count of the pages that SQLite writes to its write-ahead log.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

const HEADER: u64 = 32;
const FRAME_HEADER: u64 = 24;

/// Write-ahead log of a database, read from outside: frames are appended until a checkpoint, then written again from the
/// beginning of the file with new salts.
pub struct Wal {
    file: File,
    page_size: u64,
    salts: [u8; 8],
    /// Frames of the current salts that were counted.
    frames: u64,
    total: u64,
    /// Pages of the database after the last commit.
    database_pages: u64,
}

impl Wal {
    /// Opens the log of the database in this file, which must be in use.
    pub fn open(database: &Path) -> Self {
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        let file = File::open(log).expect("the database has a write-ahead log");
        let mut wal = Self { file, page_size: 0, salts: [0; 8], frames: 0, total: 0, database_pages: 0 };
        wal.count();
        wal.total = 0;
        wal
    }

    /// Counts the frames written since the last call, and returns the sum since the log was opened. It may begin anew once
    /// between two calls: the end of its earlier round is still in the file then.
    pub fn count(&mut self) -> u64 {
        let mut header = [0; 32];
        if self.file.read_exact_at(&mut header, 0).is_ok() {
            let salts = header[16..24].try_into().expect("eight bytes");
            self.page_size = number(&header[8..12]);
            if salts != self.salts {
                self.follow();
                (self.salts, self.frames) = (salts, 0);
            }
            self.follow();
        }
        self.total
    }

    /// Size of the database after the last commit that was counted, in bytes.
    pub fn database_bytes(&self) -> u64 {
        self.database_pages * self.page_size
    }

    /// Counts further frames that have the current salts.
    fn follow(&mut self) {
        let mut frame = [0; 16];
        while self.page_size > 0 {
            let at = HEADER + self.frames * (FRAME_HEADER + self.page_size);
            if self.file.read_exact_at(&mut frame, at).is_err() || frame[8..] != self.salts {
                return;
            }
            (self.frames, self.total) = (self.frames + 1, self.total + 1);
            // Frames of a transaction but its last have zero.
            match number(&frame[4..8]) {
                0 => {}
                pages => self.database_pages = pages,
            }
        }
    }
}

fn number(bytes: &[u8]) -> u64 {
    u32::from_be_bytes(bytes.try_into().expect("four bytes")).into()
}
