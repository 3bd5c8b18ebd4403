//! Virus scanner: clamd, asked with `INSTREAM` over TCP or a local socket.

use std::{io, path::PathBuf, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, UnixStream},
    time::timeout,
};

/// Longest time for one file: clamd itself gives up after two minutes.
const SCAN_TIMEOUT: Duration = Duration::from_mins(2);
/// Bytes of one chunk.
const CHUNK_BYTES: usize = 64 * 1024;
/// Longest answer that is read, in bytes.
const MAX_ANSWER_BYTES: u64 = 4 * 1024;

/// Virus scanner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scanner {
    /// Host and port.
    Tcp(String),
    /// Path of a socket.
    Socket(PathBuf),
}

/// Answer of the scanner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scanned {
    Clean,
    /// Name of the signature that was found.
    Found(String),
}

impl Scanner {
    /// Parses `host:port`, or the absolute path of a socket.
    pub(super) fn parse(address: &str) -> Self {
        match address.starts_with('/') {
            true => Self::Socket(address.into()),
            false => Self::Tcp(address.to_owned()),
        }
    }

    /// Scans a file.
    pub(super) async fn scan(&self, bytes: &[u8]) -> io::Result<Scanned> {
        let scanned = async {
            match self {
                Self::Tcp(address) => ask(TcpStream::connect(address).await?, bytes).await,
                Self::Socket(path) => ask(UnixStream::connect(path).await?, bytes).await,
            }
        };
        timeout(SCAN_TIMEOUT, scanned).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}

async fn ask(stream: impl AsyncRead + AsyncWrite, bytes: &[u8]) -> io::Result<Scanned> {
    let (read, mut write) = tokio::io::split(stream);
    let sending = async {
        write.write_all(b"zINSTREAM\0").await?;
        for chunk in bytes.chunks(CHUNK_BYTES) {
            let length = u32::try_from(chunk.len()).unwrap_or_default();
            write.write_all(&length.to_be_bytes()).await?;
            write.write_all(chunk).await?;
        }
        write.write_all(&[0; 4]).await?;
        write.flush().await
    };
    // A scanner that has seen enough answers and closes before everything is sent.
    let sent = sending.await;
    let mut answer = Vec::new();
    let answered = read.take(MAX_ANSWER_BYTES).read_to_end(&mut answer).await;
    if answer.is_empty() {
        sent?;
        answered?;
    }
    process_answer(&String::from_utf8_lossy(&answer))
}

/// Reads an answer such as `stream: OK` or `stream: Eicar-Test-Signature FOUND`. Anything else is an error: the file was not
/// scanned.
fn process_answer(answer: &str) -> io::Result<Scanned> {
    let plain = answer.trim_matches(['\0', '\n', '\r', ' ']);
    let result = plain.strip_prefix("stream: ").unwrap_or(plain);
    match result.strip_suffix(" FOUND") {
        Some(signature) => Ok(Scanned::Found(signature.to_owned())),
        None if result == "OK" => Ok(Scanned::Clean),
        None => Err(io::Error::other(format!("clamd answered {plain:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, net::Ipv4Addr, path::Path, process::Command};

    use tokio::{io::AsyncReadExt as _, net::TcpListener, time::sleep};

    use super::*;
    use crate::testing::Scratch;

    /// Program of the real scanner, on Debian.
    const CLAMD: &str = "/usr/sbin/clamd";
    /// Content that the signature of these tests finds.
    const HARMFUL: &[u8] = b"%PDF-1.4 harmful content of a test";

    #[test]
    fn takes_only_ok_for_clean() {
        assert_eq!(process_answer("stream: OK\0").unwrap(), Scanned::Clean);
        let found = Scanned::Found("Eicar-Test-Signature".to_owned());
        assert_eq!(process_answer("stream: Eicar-Test-Signature FOUND\0").unwrap(), found);
        for answer in [
            "",
            "INSTREAM size limit exceeded. ERROR",
            "UNKNOWN COMMAND",
            "stream: Can't allocate memory ERROR",
        ] {
            assert!(process_answer(answer).is_err(), "{answer}");
        }
    }

    /// Starts a scanner that reads as clamd does, and answers by the content.
    async fn peer() -> Scanner {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (mut command, mut content) = ([0; 10], Vec::new());
                stream.read_exact(&mut command).await.unwrap();
                assert_eq!(&command, b"zINSTREAM\0");
                loop {
                    let length = stream.read_u32().await.unwrap() as usize;
                    if length == 0 {
                        break;
                    }
                    let start = content.len();
                    content.resize(start + length, 0);
                    stream.read_exact(&mut content[start..]).await.unwrap();
                }
                let is_harmful = content.windows(HARMFUL.len()).any(|window| window == HARMFUL);
                let answer: &[u8] =
                    if is_harmful { b"stream: Test.Signature FOUND\0" } else { b"stream: OK\0" };
                stream.write_all(answer).await.unwrap();
            }
        });
        Scanner::parse(&address)
    }

    #[tokio::test]
    async fn sends_a_file_in_chunks_and_reads_the_finding() {
        let scanner = peer().await;
        let large = vec![b'x'; 3 * CHUNK_BYTES + 7];
        assert_eq!(scanner.scan(&large).await.unwrap(), Scanned::Clean);
        let harmful = [&large[..], HARMFUL].concat();
        assert_eq!(scanner.scan(&harmful).await.unwrap(), Scanned::Found("Test.Signature".to_owned()));
        assert!(Scanner::parse("127.0.0.1:1").scan(b"x").await.is_err());
        assert!(Scanner::parse("/nowhere/clamd.ctl").scan(b"x").await.is_err());
    }

    /// The same with the real clamd and a signature of one's own, where it is installed.
    #[tokio::test]
    async fn asks_the_real_clamd() {
        if !Path::new(CLAMD).exists() {
            println!("{CLAMD} is not installed");
            return;
        }
        let folder = Scratch::new();
        let (database, socket) = (folder.path().join("db"), folder.path().join("clamd.ctl"));
        fs::create_dir(&database).unwrap();
        let hex = HARMFUL.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        fs::write(database.join("test.ndb"), format!("Test.Signature:0:*:{hex}\n")).unwrap();
        let settings = format!(
            "DatabaseDirectory {}\nLocalSocket {}\nForeground yes\nStreamMaxLength 1M\n",
            database.display(),
            socket.display()
        );
        let config = folder.path().join("clamd.conf");
        fs::write(&config, settings).unwrap();
        let mut clamd = Command::new(CLAMD).arg("--config-file").arg(&config).spawn().unwrap();
        let scanner = Scanner::parse(socket.to_str().unwrap());
        let mut clean = scanner.scan(b"%PDF-1.4 harmless").await;
        for _ in 0..100 {
            if clean.is_ok() {
                break;
            }
            sleep(Duration::from_millis(100)).await;
            clean = scanner.scan(b"%PDF-1.4 harmless").await;
        }
        let (found, large) = (scanner.scan(HARMFUL).await, scanner.scan(&vec![b'x'; 2_000_000]).await);
        clamd.kill().unwrap();
        clamd.wait().unwrap();
        assert_eq!(clean.unwrap(), Scanned::Clean);
        assert_eq!(found.unwrap(), Scanned::Found("Test.Signature.UNOFFICIAL".to_owned()));
        assert!(large.is_err(), "a file that clamd does not scan whole is not clean");
    }
}
